//! One page as one HTML document: the frame of `shell.rs` around a body, rendered to a string. The browser's module is
//! asked for only where the page contains an island.

use crate::part::crumbs::Crumb;
use crate::part::error_summary::Labels;
use crate::part::tag::Tone;
use crate::shell;
use contract::Lang;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::{Arc, Once};

/// What every page is told besides its own content.
#[derive(Clone, Debug, Default)]
pub struct PageContext {
    pub lang: Lang,
    pub theme: Theme,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
    pub site: Arc<SiteAssets>,
    /// Who is signed in.
    pub actor: Option<NavActor>,
    /// The places that the actor may go to.
    pub nav: Vec<NavItem>,
    /// Path and query of this page, as the address bar shows it.
    pub path: String,
    /// The page answers a form: opened by its address it would be another one, or none.
    pub posted: bool,
    /// What the action before this page has done.
    pub flash: Option<Flash>,
}

/// Addresses of the browser's files.
#[derive(Clone, Debug, Default)]
pub struct SiteAssets {
    pub script: String,
    pub wasm: String,
    pub style: String,
    /// Script and module of pages that use a reader.
    pub carrier: (String, String),
    /// Script and module that check the maker's signature of a card.
    pub originality: (String, String),
    /// Script and module of the trial on a blank card.
    pub blank: (String, String),
    /// Script and module that carry batches to a chip.
    pub writer: (String, String),
    /// Script and module that speak to relays: the bridge, the isolated app.
    pub relayed: (String, String),
    /// Script and module of the simulated readers.
    pub training: (String, String),
    /// Script and module that draw a card's face.
    pub drawing: (String, String),
    /// Script and module that crop a photo.
    pub cropping: (String, String),
    /// Script and module that read a QR code.
    pub scanner: (String, String),
    /// Script and module of the page on which anybody reads a card's QR code.
    pub checker: (String, String),
}

/// Which of the two sets of colours is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device asks.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// Name in the preference cookie and in `<html data-theme>`.
    pub fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// Who is signed in, as far as the frame shows it.
#[derive(Clone, Debug)]
pub struct NavActor {
    pub display_name: String,
    /// Seconds until the session ends unless something is done; the session clock warns before that.
    pub idle_seconds: Option<u32>,
    /// Whether there is anything that the actor may search.
    pub may_find: bool,
    /// Whether people are among it.
    pub may_find_people: bool,
}

/// One place of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    /// This page, or a page below it.
    pub current: bool,
}

/// What the action before this page has done, and a link to go on with.
#[derive(Clone, Debug)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
    /// Label and address.
    pub next: Option<(String, String)>,
}

/// What a page loads besides the islands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// What moves bytes to a card reader and back.
    Reader,
    /// What draws a card's face.
    Drawing,
    /// What crops a photo.
    Cropping,
}

/// What the frame needs to know of one page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) heading: bool,
    pub(crate) narrow: bool,
    pub(crate) failed: bool,
    pub(crate) paper: Option<(String, Option<String>)>,
    pub(crate) module: Option<Module>,
    pub(crate) again: Option<u32>,
    pub(crate) scans: bool,
}

impl Page {
    pub fn new(title: impl Into<String>) -> Self {
        Page { title: title.into(), heading: true, ..Page::default() }
    }

    /// A sentence under the title.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = Some(lead.into());
        self
    }

    /// The pages above this one, the outermost first.
    #[must_use]
    pub fn crumbs(mut self, crumbs: Vec<Crumb>) -> Self {
        self.crumbs = crumbs;
        self
    }

    /// Printed, it begins with the national header, the agency that it comes from, and the agency above that.
    #[must_use]
    pub fn paper(mut self, agency: impl Into<String>, above: Option<String>) -> Self {
        self.paper = Some((agency.into(), above));
        self
    }

    /// The body brings its own `<h1>`, as a page about a person does.
    #[must_use]
    pub fn own_heading(mut self) -> Self {
        self.heading = false;
        self
    }

    /// A column as wide as a sentence is comfortable to read: forms, messages.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// The page has a module of its own.
    #[must_use]
    pub fn module(mut self, module: Module) -> Self {
        self.module = Some(module);
        self
    }

    /// Loads what reads a QR code, besides.
    #[must_use]
    pub fn scans(self) -> Self {
        Page { scans: true, ..self }
    }

    /// Shown anew after so many seconds: something is going on.
    #[must_use]
    pub fn again(mut self, seconds: u32) -> Self {
        self.again = Some(seconds);
        self
    }

    /// The form came back with errors: the window's title says so first.
    #[must_use]
    pub fn failed(mut self, failed: bool) -> Self {
        self.failed = failed;
        self
    }
}

/// The whole document. `body` runs inside the reactive owner that islands need.
pub fn document(ctx: &PageContext, page: Page, body: impl FnOnce() -> AnyView) -> String {
    static EXECUTOR: Once = Once::new();
    EXECUTOR.call_once(|| {
        // refuses only when one is already there, which is as good
        _ = any_spawner::Executor::init_tokio();
    });

    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        Labels::provide();
        let title = shell::window_title(ctx.lang, &page);
        let (module, scans, again) = (page.module, page.scans, page.again);
        let frame = shell::frame(ctx, page, body()).to_html();
        // text is escaped, so only an island's own tag begins like this
        let islands = frame.contains("<leptos-island");
        let head = shell::head(ctx, title, islands, (module, scans, again)).to_html();
        let lang = ctx.lang.code();
        let theme = ctx.theme.code();
        let hydrated = if islands { "" } else { " data-hydrated" };
        format!("<!DOCTYPE html><html lang=\"{lang}\" data-theme=\"{theme}\"{hydrated}>{head}{frame}</html>")
    });
    owner.unset_with_forced_cleanup();
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_in() -> PageContext {
        PageContext {
            nonce: "n0nce".into(),
            site: Arc::new(SiteAssets { script: "/assets/a.js".into(), ..SiteAssets::default() }),
            actor: Some(NavActor {
                display_name: "Lê Thị Hoa".into(),
                idle_seconds: None,
                may_find: true,
                may_find_people: true,
            }),
            ..PageContext::default()
        }
    }

    #[test]
    fn a_page_without_islands_loads_no_module() {
        let html = document(&PageContext::default(), Page::new("<Kiểm tra thẻ>"), || "x".into_any());
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"vi\" data-theme=\"system\" data-hydrated>"));
        assert!(html.contains("<title>&lt;Kiểm tra thẻ&gt; – Cổng Thẻ</title>"), "{html}");
        assert!(!html.contains("<script"));
    }

    #[test]
    fn a_page_with_an_island_asks_for_the_module_under_the_nonce() {
        let html = document(&signed_in(), Page::new("Việc của tôi"), || "x".into_any());
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"vi\" data-theme=\"system\"><head>"));
        assert!(html.contains("<script type=\"module\" nonce=\"n0nce\">"), "{html}");
        assert!(html.contains("import(\"/assets/a.js\")"));
        assert!(!html.contains("style=\""), "the policy forbids style attributes");
    }
}
