//! The picture on the page, the frame over it, and what mouse, fingers and keys do to that.

use std::cell::Cell;
use std::rc::Rc;

use dom::{find, listen, set};
use photo::{Crop, Picture, Step};
use wasm_bindgen::{Clamped, JsCast as _};
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement, ImageData,
    KeyboardEvent, PointerEvent, WheelEvent,
};

use crate::desk::Desk;

/// Longest side of the picture as it is shown, in pixels.
const LONGEST: u32 = 1200;
/// Size of the portrait as it is shown.
const SHOWN: (f64, f64) = (300.0, 400.0);

/// What is on the page.
pub struct Stage {
    canvas: HtmlCanvasElement,
    frame: HtmlElement,
    portrait: CanvasRenderingContext2d,
    /// Shown pixels for one of the picture's.
    scale: f64,
}

impl Stage {
    /// Draws the picture.
    pub fn lay_out(picture: &Picture) -> Option<Self> {
        let canvas = find("[data-show=picture]")?.dyn_into::<HtmlCanvasElement>().ok()?;
        let portrait = find("[data-show=portrait]")?.dyn_into::<HtmlCanvasElement>().ok()?;
        let preview = picture.preview(LONGEST);
        canvas.set_width(preview.width);
        canvas.set_height(preview.height);
        let pixels =
            ImageData::new_with_u8_clamped_array_and_sh(Clamped(&preview.rgba), preview.width, preview.height).ok()?;
        context(&canvas)?.put_image_data(&pixels, 0.0, 0.0).ok()?;
        Some(Stage {
            canvas,
            frame: find("[data-show=frame]")?.dyn_into().ok()?,
            portrait: context(&portrait)?,
            scale: f64::from(preview.width) / f64::from(picture.frame().width()),
        })
    }

    /// Shows a crop: where it lies, how far it is zoomed in, and what it makes.
    pub fn draw(&self, crop: Crop) {
        let whole = crop.frame();
        let share = |part: u32, of: u32| format!("{:.4}%", 100.0 * f64::from(part) / f64::from(of));
        let style = self.frame.style();
        for (name, value) in [
            ("left", share(crop.x(), whole.width())),
            ("top", share(crop.y(), whole.height())),
            ("width", share(crop.width(), whole.width())),
            ("height", share(crop.height(), whole.height())),
        ] {
            // a property takes any text
            let _ = style.set_property(name, &value);
        }
        let at = |length: u32| f64::from(length) * self.scale;
        // a canvas takes any place; what lies outside of it is not drawn
        let _ = self.portrait.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            &self.canvas,
            at(crop.x()),
            at(crop.y()),
            at(crop.width()),
            at(crop.height()),
            0.0,
            0.0,
            SHOWN.0,
            SHOWN.1,
        );
        if let Some(slider) = slider() {
            slider.set_value_as_number(f64::from(crop.zoom()));
        }
        set("crop-size", &format!("{} × {}", crop.width(), crop.height()));
    }

    /// The picture's pixels for one of the page's.
    fn ratio(&self) -> f64 {
        let shown = self.canvas.get_bounding_client_rect().width();
        if shown > 0.0 { f64::from(self.canvas.width()) / self.scale / shown } else { 1.0 }
    }

    /// Where on the picture something happened on the page.
    fn place(&self, x: i32, y: i32) -> (u32, u32) {
        let corner = self.canvas.get_bounding_client_rect();
        let along = |at: i32, from: f64| ((f64::from(at) - from) * self.ratio()).max(0.0) as u32;
        (along(x, corner.left()), along(y, corner.top()))
    }

    /// Listens to everything that moves the crop.
    pub fn listen(desk: &Rc<Desk>) {
        let Some(ground) = find("[data-part=stage]") else { return };
        drag(&ground, desk);
        let zooming = desk.clone();
        listen(&ground, "wheel", move |event| {
            event.prevent_default();
            let Ok(wheel) = event.dyn_into::<WheelEvent>() else { return };
            let factor = if wheel.delta_y() > 0.0 { 1.05 } else { 1.0 / 1.05 };
            zooming.crop(|now| now.crop.zoomed(factor, now.stage.place(wheel.client_x(), wheel.client_y())));
        });
        let keyed = desk.clone();
        listen(&ground, "keydown", move |event| key(&keyed, event));
        if let Some(slider) = slider() {
            let slid = desk.clone();
            listen(&slider.clone(), "input", move |_| {
                let zoom = slider.value_as_number();
                // `as` saturates
                slid.crop(|now| now.crop.with_zoom(zoom as u32));
            });
        }
    }
}

/// One pointer moves the crop by what it moves; of several fingers, the first.
fn drag(ground: &Element, desk: &Rc<Desk>) {
    let held: Rc<Cell<Option<(i32, i32, i32)>>> = Rc::default();
    let (pressed, on) = (held.clone(), ground.clone());
    listen(ground, "pointerdown", move |event| {
        let Ok(pointer) = event.dyn_into::<PointerEvent>() else { return };
        if pressed.get().is_none() {
            pressed.set(Some((pointer.pointer_id(), pointer.client_x(), pointer.client_y())));
            // without it, a pointer that leaves the picture is let go
            let _ = on.set_pointer_capture(pointer.pointer_id());
        }
    });
    let (moved, desk) = (held.clone(), desk.clone());
    listen(ground, "pointermove", move |event| {
        let Ok(pointer) = event.dyn_into::<PointerEvent>() else { return };
        let Some((id, x, y)) = moved.get().filter(|(id, ..)| *id == pointer.pointer_id()) else { return };
        let (to_x, to_y) = (pointer.client_x(), pointer.client_y());
        moved.set(Some((id, to_x, to_y)));
        desk.crop(|now| {
            let far = |pixels: i32| (f64::from(pixels) * now.stage.ratio()).round() as i32;
            now.crop.panned(far(to_x - x), far(to_y - y))
        });
    });
    for end in ["pointerup", "pointercancel"] {
        let held = held.clone();
        listen(ground, end, move |_| held.set(None));
    }
}

fn key(desk: &Rc<Desk>, event: Event) {
    let Ok(key) = event.dyn_into::<KeyboardEvent>() else { return };
    let step = match key.key().as_str() {
        "ArrowLeft" => Step::Left,
        "ArrowRight" => Step::Right,
        "ArrowUp" => Step::Up,
        "ArrowDown" => Step::Down,
        "+" | "=" => Step::In,
        "-" | "_" => Step::Out,
        _ => return,
    };
    key.prevent_default();
    desk.crop(|now| now.crop.stepped(step, key.shift_key()));
}

fn slider() -> Option<HtmlInputElement> {
    find("[data-do=crop-zoom]")?.dyn_into().ok()
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}
