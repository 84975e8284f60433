//! The frame around every page: head, header with quick search, navigation, notice of what has just been done, footer.

use crate::island::find::QuickFind;
use crate::island::idle::IdleClock;
use crate::part::crumbs::Crumbs;
use crate::part::icon::{Icon, icon};
use crate::part::notice::Notice;
use crate::part::print_head::PrintHead;
use crate::render::{Flash, Module, NavActor, NavItem, Page, PageContext, Theme};
use crate::words::shell as words;
use contract::Lang;
use leptos::prelude::*;

/// Starts the islands. The export of an island is called `Name_hash`, where the hash is taken over the source as the
/// compiler prints it; server and module may be built by two compilers, so the name alone decides.
const LOADER: &str = r#"const start = async () => {
  const mod = await import(SCRIPT);
  await mod.default({ module_or_path: WASM });
  mod.hydrate();
  const islands = Object.fromEntries(Object.keys(mod).map((key) => [key.split("_")[0], mod[key]]));
  for (const island of document.querySelectorAll("leptos-island")) {
    await islands[island.dataset.component.split("_")[0]](island);
  }
  document.documentElement.dataset.hydrated = "";
};
"requestIdleCallback" in window ? requestIdleCallback(start, { timeout: 1000 }) : start();"#;

/// Starts what speaks to readers, as soon as the page is there.
const READER: &str = r#"const carrier = await import(SCRIPT);
await carrier.default({ module_or_path: WASM });
carrier.start(TRAINING, ORIGINALITY, RELAYED, BLANK, WRITER);"#;

/// Starts what draws a card's face, or crops a photo.
const OWN: &str = r#"const own = await import(SCRIPT);
await own.default({ module_or_path: WASM });
own.start();"#;

/// The fonts that nearly every page needs at once.
const FONTS: [&str; 2] =
    ["/assets/fonts/be-vietnam-pro-latin-400.woff2", "/assets/fonts/be-vietnam-pro-vietnamese-400.woff2"];

/// The title of the window: what is wrong first, then the page, then the portal.
pub fn window_title(l: Lang, page: &Page) -> String {
    if page.failed { words::title_failed(l, &page.title) } else { words::title(l, &page.title) }
}

pub fn head(
    ctx: &PageContext,
    title: String,
    islands: bool,
    (own, scans, again): (Option<Module>, bool, Option<u32>),
) -> impl IntoView + use<> {
    let site = &ctx.site;
    let fonts =
        FONTS.map(|font| view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="" /> });
    let module = islands.then(|| {
        let loader = LOADER.replace("SCRIPT", &quoted(&site.script)).replace("WASM", &quoted(&site.wasm));
        view! {
            <link rel="modulepreload" href=site.script.clone() nonce=ctx.nonce.clone() />
            <script type="module" nonce=ctx.nonce.clone()>
                {loader}
            </script>
        }
    });
    let own = own.map(|module| {
        let (loader, (script, wasm)) = match module {
            Module::Reader => (READER, &site.carrier),
            Module::Drawing => (OWN, &site.drawing),
            Module::Cropping => (OWN, &site.cropping),
        };
        let loader = loader
            .replace("SCRIPT", &quoted(script))
            .replace("WASM", &quoted(wasm))
            .replace("TRAINING", &addresses(&site.training))
            .replace("ORIGINALITY", &addresses(&site.originality))
            .replace("BLANK", &addresses(&site.blank))
            .replace("RELAYED", &addresses(&site.relayed))
            .replace("WRITER", &addresses(&site.writer));
        view! {
            <script type="module" nonce=ctx.nonce.clone()>
                {loader}
            </script>
        }
    });
    let scanner = scans.then(|| {
        let loader = OWN.replace("SCRIPT", &quoted(&site.scanner.0)).replace("WASM", &quoted(&site.scanner.1));
        view! {
            <script type="module" nonce=ctx.nonce.clone()>
                {loader}
            </script>
        }
    });
    view! {
        <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            {again.map(|seconds| view! { <meta http-equiv="refresh" content=seconds.to_string() /> })}
            <title>{title}</title>
            <link rel="stylesheet" href=site.style.clone() />
            {fonts.into_iter().collect_view()}
            <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />
            {module}
            {own}
            {scanner}
        </head>
    }
}

pub fn frame(ctx: &PageContext, page: Page, body: AnyView) -> impl IntoView + use<> {
    let l = ctx.lang;
    let class = match (&ctx.actor, page.narrow) {
        (Some(_), false) => "signed-in",
        (Some(_), true) => "signed-in narrow",
        (None, false) => "visitor",
        (None, true) => "visitor narrow",
    };
    let crumbs = (!page.crumbs.is_empty()).then(|| view! { <Crumbs l crumbs=page.crumbs here=page.title.clone() /> });
    let paper = page.paper.map(|(agency, above)| view! { <PrintHead l agency above /> });
    let heading = page.heading.then(|| {
        view! {
            <div class="heading">
                <h1>{page.title}</h1>
                {page.lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
        }
    });
    view! {
        <body class=class>
            <a class="skip" href="#main">
                {words::skip(l)}
            </a>
            {header(ctx)}
            {ctx.actor.clone().map(|actor| menu(ctx, actor))}
            <div class="content">
                {crumbs}
                <main id="main" tabindex="-1">
                    <div role="status">{ctx.flash.clone().map(|flash| notice(l, flash))}</div>
                    {paper}
                    {heading}
                    {body}
                </main>
            </div>
            {footer(l)}
            {ctx.actor.as_ref().and_then(|actor| actor.idle_seconds).map(|seconds| clock(l, seconds))}
        </body>
    }
}

fn header(ctx: &PageContext) -> impl IntoView + use<> {
    let l = ctx.lang;
    let find = ctx.actor.as_ref().filter(|actor| actor.may_find).map(|actor| {
        let (label, placeholder) = match actor.may_find_people {
            true => (words::find::label(l), words::find::placeholder(l)),
            false => (words::find::units_label(l), words::find::units_placeholder(l)),
        };
        view! {
            <QuickFind
                label=label.to_owned()
                placeholder=placeholder.to_owned()
                button=words::find::button(l).to_owned()
                found=words::find::found(l, "#")
                empty=words::find::empty(l).to_owned()
            />
        }
    });
    let visitor = ctx.actor.is_none().then(|| {
        // who is just signing in needs no way to it
        let signing_in = ["/sign-in", "/second-factor"].iter().any(|place| ctx.path.starts_with(place));
        let sign_in = (!signing_in).then(|| view! { <a class="button" href="/sign-in">{words::sign_in(l)}</a> });
        view! { <div class="visit">{preferences(ctx)} {sign_in}</div> }
    });
    view! {
        <header class="top">
            <a class="brand" href="/">
                {icon(Icon::Mark)}
                <span>{words::portal(l)}</span>
            </a>
            {find}
            {visitor}
        </header>
    }
}

/// Navigation, preferences and the signed-in person. A panel that opens on a narrow screen, a column on a wide one.
fn menu(ctx: &PageContext, actor: NavActor) -> impl IntoView + use<> {
    let l = ctx.lang;
    let item = |item: NavItem| {
        let current = item.current.then(|| current(ctx, &item.href));
        view! { <li><a href=item.href aria-current=current>{item.label}</a></li> }
    };
    let me = (page_of(ctx) == "/me" || ctx.path.starts_with("/me/")).then(|| current(ctx, "/me"));
    view! {
        <details class="menu">
            <summary>
                {icon(Icon::Menu)}
                <span>{words::menu(l)}</span>
            </summary>
            <nav class="side" aria-label=words::nav(l)>
                <ul>{ctx.nav.clone().into_iter().map(item).collect_view()}</ul>
                <div class="own">
                    <a class="me" href="/me" aria-current=me>
                        {icon(Icon::Person)}
                        <span>
                            <span class="name">{actor.display_name}</span>
                            " "
                            <span class="aside">{crate::words::me::title(l)}</span>
                        </span>
                    </a>
                    <form method="post" action="/sign-out">
                        <button class="quiet">{icon(Icon::Leave)} <span>{words::sign_out(l)}</span></button>
                    </form>
                    {preferences(ctx)}
                </div>
            </nav>
        </details>
    }
}

/// The path of this page without its query.
fn page_of(ctx: &PageContext) -> &str {
    ctx.path.split('?').next().unwrap_or_default()
}

/// What `aria-current` says of a place that leads here: the page itself, or what it belongs to.
fn current(ctx: &PageContext, href: &str) -> &'static str {
    if page_of(ctx) == href { "page" } else { "true" }
}

/// Not on the answer to a form: what it shows, or what was typed, would be gone.
fn preferences(ctx: &PageContext) -> Option<AnyView> {
    if ctx.posted {
        return None;
    }
    let l = ctx.lang;
    let other = match l {
        Lang::Vi => Lang::En,
        Lang::En => Lang::Vi,
    };
    let chosen = ctx.theme;
    let theme = move |theme: Theme| {
        let (label, picture) = match theme {
            Theme::System => (words::theme::system(l), Icon::Device),
            Theme::Light => (words::theme::light(l), Icon::Sun),
            Theme::Dark => (words::theme::dark(l), Icon::Moon),
        };
        let pressed = if theme == chosen { "true" } else { "false" };
        view! {
            <button name="theme" value=theme.code() aria-pressed=pressed aria-label=label title=label>
                {icon(picture)}
            </button>
        }
    };
    let forms = view! {
        <div class="preferences">
            <form method="post" action="/preferences" aria-label=words::theme::label(l) class="segments">
                <input type="hidden" name="back" value=ctx.path.clone() />
                {Theme::ALL.map(theme).into_iter().collect_view()}
            </form>
            <form method="post" action="/preferences" aria-label=words::language::label(l)>
                <input type="hidden" name="back" value=ctx.path.clone() />
                <button class="quiet" name="lang" value=other.code() lang=other.code()>
                    {words::language::other(l)}
                </button>
            </form>
        </div>
    };
    Some(forms.into_any())
}

fn notice(l: Lang, flash: Flash) -> impl IntoView {
    let next = flash.next.map(|(label, href)| view! { <p><a href=href>{label}</a></p> });
    view! {
        <Notice l tone=flash.tone>
            <p>{flash.text}</p>
            {next}
        </Notice>
    }
}

fn footer(l: Lang) -> impl IntoView {
    view! {
        <footer class="foot">
            <p>{words::footer::about(l)}</p>
            <p>{words::footer::version(l, env!("CARGO_PKG_VERSION"))}</p>
        </footer>
    }
}

fn clock(l: Lang, seconds: u32) -> impl IntoView {
    view! {
        <IdleClock
            seconds
            warning=words::idle::warning(l).to_owned()
            stay=words::idle::stay(l).to_owned()
            ended=words::idle::ended(l).to_owned()
            sign_in=words::idle::sign_in(l).to_owned()
        />
    }
}

/// A string of JavaScript that cannot end the script it stands in.
/// Script and module, as an array.
fn addresses((script, module): &(String, String)) -> String {
    format!("[{}, {}]", quoted(script), quoted(module))
}

fn quoted(text: &str) -> String {
    format!("{text:?}").replace('<', "\\u003c")
}
