//! The top of every page about a person: who it is, where they work, in which state.

use super::tag::{Tag, Tone};
use leptos::prelude::*;

#[component]
pub fn PersonHead(
    /// The whole name, never cut.
    #[prop(into)]
    name: String,
    /// The personnel code.
    #[prop(into)]
    code: String,
    /// The post they hold.
    #[prop(optional, into)]
    post: Option<String>,
    /// Name and address of the unit.
    #[prop(default = None)]
    unit: Option<(String, String)>,
    #[prop(default = None)] state: Option<(Tone, String)>,
    /// Address of the portrait, and what it shows in words; the initials stand there without one.
    #[prop(default = None)]
    portrait: Option<(String, String)>,
    /// The actions that are possible.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let photo = match portrait {
        Some((src, alt)) => view! { <img class="photo" src=src alt=alt width="72" height="96" /> }.into_any(),
        None => view! { <span class="photo" aria-hidden="true">{initials(&name)}</span> }.into_any(),
    };
    view! {
        <div class="person-head">
            {photo}
            <div>
                <h1>{name}</h1>
                <p>
                    <span class="code">{code}</span>
                    {state.map(|(tone, text)| view! { <Tag tone text /> })}
                </p>
                <p>
                    {post.map(|post| view! { <span>{post}</span> })}
                    {unit.map(|(name, href)| view! { <a href=href>{name}</a> })}
                </p>
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// First and last word: Nguyễn Văn An is known by "An".
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_family_and_given_name() {
        assert_eq!(initials("Đặng Thị Ngọc Ánh"), "ĐÁ");
        assert_eq!(initials("An"), "A");
        assert_eq!(initials(""), "");
    }
}
