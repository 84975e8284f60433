//! What every handler has at hand: the store, the secrets, time and randomness.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chip::plan::{MakerKey, makers};
use jiff::Timestamp;
use registry::card_vault::CardVault;
use registry::order::Order;
use registry::secrets::Secrets;
use registry::work::public::Cards as PublicCards;
use registry::work::public::taps::Taps;
use registry::work::safe::Safe;
use registry::work::write_chip::Writing;
use registry::work::write_chip::training::Training;
use registry::{Blobs, Draw, Store};
use tokio::sync::Semaphore;

use crate::bulk::Running;
use crate::call::AT_A_TIME;
use crate::cards::Cards;
use crate::render::SiteAssets;
use crate::writing::Writings;

/// The source of the present instant: time is an argument.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Inside>);

/// See [`Portal`].
pub struct Inside {
    pub store: Store,
    pub blobs: Blobs,
    pub secrets: Arc<dyn Secrets>,
    /// Has the cards' keys.
    pub card_vault: Arc<dyn CardVault>,
    pub now: Now,
    pub draw: Draw,
    pub order: Arc<Order>,
    /// Who may make a photo into a master now.
    pub photos: Arc<Semaphore>,
    /// Work on selections that is going on.
    pub bulk: Running,
    /// Imports that are being worked off.
    pub imports: Running,
    /// Chips that are being written.
    pub writings: Writings<Writing>,
    /// Simulated chips on which somebody practises.
    pub trainings: Writings<Training>,
    pub site: Arc<SiteAssets>,
    /// `https://the.example.gov.vn`: links that leave the portal begin with it.
    pub origin: String,
    /// How the province's cards look; without it, cards have no pages.
    pub cards: Option<Cards>,
    /// What official documents are set in; without it, they are there as DOCX only.
    pub paper_fonts: Option<paper::Fonts>,
    ministry: OnceLock<String>,
    told: OnceLock<Arc<[String]>>,
    authorities: OnceLock<PathBuf>,
    training: OnceLock<Arc<dyn CardVault>>,
    makers: OnceLock<Vec<MakerKey>>,
    checks: OnceLock<(Arc<PublicCards>, Taps)>,
}

impl Portal {
    pub fn new(
        (store, blobs): (Store, Blobs),
        (secrets, card_vault): (Arc<dyn Secrets>, Arc<dyn CardVault>),
        (now, draw): (Now, Draw),
        site: SiteAssets,
        origin: String,
        (cards, paper_fonts): (Option<Cards>, Option<paper::Fonts>),
    ) -> Self {
        let order = Arc::new(Order::new());
        let photos = Arc::new(Semaphore::new(AT_A_TIME));
        Portal(Arc::new(Inside {
            store,
            blobs,
            secrets,
            card_vault,
            now,
            draw,
            order,
            photos,
            bulk: Running::default(),
            imports: Running::default(),
            writings: Writings::default(),
            trainings: Writings::default(),
            training: OnceLock::new(),
            makers: OnceLock::new(),
            checks: OnceLock::new(),
            site: Arc::new(site),
            origin,
            cards,
            paper_fonts,
            ministry: OnceLock::new(),
            told: OnceLock::new(),
            authorities: OnceLock::new(),
        }))
    }

    /// Events for the Ministry are sent to that host by the portal itself. Said once, before it opens.
    pub fn sends_to(&self, host: &str) {
        self.ministry.get_or_init(|| host.to_owned());
    }

    /// Systems on these hosts may be told of cards. Said once, before it opens.
    pub fn tells(&self, hosts: Arc<[String]>) {
        self.told.get_or_init(|| hosts);
    }

    /// Hosts whose systems may be told of cards.
    pub fn told(&self) -> Arc<[String]> {
        self.told.get().cloned().unwrap_or_default()
    }

    /// Certification authorities and their revocation lists lie in that folder. Said once, before it opens.
    pub fn believes(&self, folder: &Path) {
        self.authorities.get_or_init(|| folder.to_owned());
    }

    /// The folder of certification authorities; none where nobody is believed.
    pub fn authorities(&self) -> Option<PathBuf> {
        self.authorities.get().cloned()
    }

    /// Keys for practice, which are nobody's. Said once, before it opens.
    pub fn trains_with(&self, vault: Arc<dyn CardVault>) {
        self.training.get_or_init(|| vault);
    }

    /// The keys for practice; none where nobody can practise.
    pub fn training(&self) -> Option<&Arc<dyn CardVault>> {
        self.training.get()
    }

    /// Cards that are shown are checked with these, as on the public page. Said once, before it opens.
    pub fn checks_with(&self, cards: Arc<PublicCards>, taps: Taps) {
        self.checks.get_or_init(|| (cards, taps));
    }

    /// With what cards that are shown are checked.
    pub fn checks(&self) -> Option<&(Arc<PublicCards>, Taps)> {
        self.checks.get()
    }

    /// Whose signature counts as the maker's, for cards that NXP has not made. Said once, before it opens.
    pub fn trusts_makers(&self, makers: Vec<MakerKey>) {
        self.makers.get_or_init(|| makers);
    }

    /// Whose signature counts as the maker's.
    pub fn makers(&self) -> Vec<MakerKey> {
        self.makers.get().cloned().unwrap_or_else(makers)
    }

    /// Whether a card is asked for its maker's signature.
    pub fn asks_makers(&self) -> bool {
        self.makers.get().is_none_or(|makers| !makers.is_empty())
    }

    /// The host to which events for the Ministry are sent; none where files are carried by hand.
    pub fn ministry(&self) -> Option<&str> {
        self.ministry.get().map(String::as_str)
    }

    /// The vault as key ceremonies use it.
    pub fn safe(&self) -> Safe {
        Safe { secrets: self.secrets.clone(), cards: self.card_vault.clone(), draw: self.draw.clone() }
    }

    /// Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        (self.now)().as_millisecond()
    }
}

impl Deref for Portal {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}
