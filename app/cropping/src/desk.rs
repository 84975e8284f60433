//! What is chosen, what becomes of it, and what is said of it.

use std::cell::RefCell;
use std::rc::Rc;

use contract::Lang;
use dom::{Pause, find, language, listen, set, show};
use photo::{Crop, PhotoError, Picture, Thresholds, judge, make};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DataTransfer, Event, File, FilePropertyBag, HtmlInputElement};

use crate::stage::Stage;

/// Milliseconds without a change, after which the crop is judged.
const PAUSE: i32 = 250;

/// The photo that is being cropped.
pub struct Desk {
    l: Lang,
    input: HtmlInputElement,
    pub chosen: RefCell<Option<Chosen>>,
    judging: Pause,
}

pub struct Chosen {
    picture: Picture,
    pub crop: Crop,
    pub stage: Stage,
}

pub fn start() {
    let Some(input) = find("#photo").and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    let l = Lang::from_code(&language()).unwrap_or_default();
    let desk = Rc::new(Desk { l, input: input.clone(), chosen: RefCell::default(), judging: Pause::new(PAUSE) });
    let choosing = desk.clone();
    listen(&input, "change", move |_| spawn_local(choosing.clone().choose()));
    if let Some(form) = find("[data-part=portrait] form") {
        let sending = desk.clone();
        listen(&form, "submit", move |event| sending.send(&event));
    }
    Stage::listen(&desk);
    input.set_attribute("data-ready", "").unwrap_or_default();
    // a browser may keep the file over a reload
    spawn_local(desk.choose());
}

impl Desk {
    /// Reads the file that was chosen.
    async fn choose(self: Rc<Self>) {
        self.chosen.replace(None);
        self.wrong(None);
        show("crop", false);
        let Some(file) = self.input.files().and_then(|files| files.get(0)) else { return };
        show("reading", true);
        // a large photo keeps the page busy: first it says so
        painted().await;
        let read = match bytes_of(&file).await {
            Some(bytes) => Picture::read(&bytes),
            None => Err(PhotoError::Empty),
        };
        show("reading", false);
        match read {
            Ok(picture) => {
                let crop = Crop::suggested(&picture);
                // shown before it is measured
                show("crop", true);
                let Some(stage) = Stage::lay_out(&picture) else { return };
                self.chosen.replace(Some(Chosen { picture, crop, stage }));
                self.changed();
            }
            Err(fault) => self.wrong(Some(&fault)),
        }
    }

    /// Another crop: shown at once, judged when it stays.
    pub fn crop(self: &Rc<Self>, to: impl FnOnce(&Chosen) -> Crop) {
        if let Some(chosen) = self.chosen.borrow_mut().as_mut() {
            chosen.crop = to(chosen);
        }
        self.changed();
    }

    fn changed(self: &Rc<Self>) {
        if let Some(chosen) = self.chosen.borrow().as_ref() {
            chosen.stage.draw(chosen.crop);
        }
        let desk = self.clone();
        self.judging.then(move || desk.judge());
    }

    fn judge(&self) {
        let chosen = self.chosen.borrow();
        let Some(chosen) = chosen.as_ref() else { return };
        let Ok(judged) = judge(&chosen.picture, chosen.crop, &Thresholds::default()) else { return };
        let doubts = wording::photo::doubts(self.l, &judged);
        show("doubtful", !doubts.is_empty());
        show("good", doubts.is_empty());
        set("doubts", &doubts.join(" "));
    }

    /// Puts the master in the place of the file, and lets the form go.
    fn send(&self, event: &Event) {
        let chosen = self.chosen.borrow();
        let Some(Chosen { picture, crop, .. }) = chosen.as_ref() else { return };
        let master = match make(picture, *crop) {
            Ok(master) => master,
            Err(fault) => {
                event.prevent_default();
                self.wrong(Some(&fault));
                return;
            }
        };
        if let Ok(transfer) = transfer(master.jpeg()) {
            self.input.set_files(transfer.files().as_ref());
        }
    }

    /// Says beside the field what is wrong with the file.
    fn wrong(&self, fault: Option<&PhotoError>) {
        show("wrong", fault.is_some());
        set("wrong", &fault.map(|fault| wording::photo::fault(self.l, fault)).unwrap_or_default());
        let marked = match fault {
            Some(_) => self.input.set_attribute("aria-invalid", "true"),
            None => self.input.remove_attribute("aria-invalid"),
        };
        marked.unwrap_or_default();
    }
}

async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// After the page has shown what was changed last.
async fn painted() {
    let later = wasm_bindgen_futures::js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            // without a timer it goes on at once
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 30);
        }
    });
    // a timer is not refused
    let _ = JsFuture::from(later).await;
}

fn transfer(jpeg: &[u8]) -> Result<DataTransfer, JsValue> {
    let options = FilePropertyBag::new();
    options.set_type("image/jpeg");
    let parts = Array::of1(&Uint8Array::from(jpeg));
    let file = File::new_with_u8_array_sequence_and_options(&parts, "portrait.jpg", &options)?;
    let transfer = DataTransfer::new()?;
    transfer.items().add_with_file(&file)?;
    Ok(transfer)
}
