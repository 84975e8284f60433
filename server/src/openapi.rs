//! The OpenAPI document of what other programs may call.

use contract::check::{CardChanged, CardStatus, CardStatuses, CertificateAnswer, CertificateEntry, StatusQuestion};
use contract::keys::{PublicKeyView, PublicKeys};
use contract::proof::{ConsistencyProof, InclusionProof};
use contract::view::HeadView;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, Required, ResponseBuilder};

use crate::health::{Health, Readiness};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Cổng Thẻ", description = "Interfaces for other programs"),
    components(schemas(Health, Readiness, HeadView, InclusionProof, ConsistencyProof, PublicKeys, PublicKeyView, CardStatus, CardStatuses, StatusQuestion, CardChanged, CertificateAnswer, CertificateEntry)),
    tags(
        (name = "health", description = "Whether the portal lives and can work"),
        (name = "audit", description = "The audit log's heads and proofs (RFC 9162)"),
        (name = "status", description = "States of cards, with a key that the portal's operator makes"),
        (name = "certificates", description = "Certificates of digital signatures, with a key of that scope"),
        (name = "keys", description = "What checks the signatures on cards")
    )
)]
struct Skeleton;

/// The document.
pub fn document() -> OpenApi {
    let mut document = Skeleton::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    for (path, operation) in operations() {
        document.paths.paths.insert(path.to_owned(), PathItem::new(HttpMethod::Get, operation));
    }
    document.paths.paths.insert(app::routes::API_STATUS.to_owned(), PathItem::new(HttpMethod::Post, states()));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().add_security_scheme("key", bearer);
    document
}

fn operations() -> [(&'static str, OperationBuilder); 8] {
    [
        ("/healthz", read("health", "The process lives").response("200", answer("It does", Some("Health")))),
        (
            "/readyz",
            read("health", "The portal can do its work")
                .response("200", answer("It can", Some("Readiness")))
                .response("503", answer("It cannot; the reasons stand in the body", Some("Readiness"))),
        ),
        (
            "/api/v1/audit/head",
            read("audit", "The newest signed head")
                .response("200", answer("Size, root, chain hash, signature", Some("HeadView")))
                .response("404", answer("None has been signed yet", None)),
        ),
        (
            "/api/v1/audit/inclusion",
            read("audit", "Proof that an entry is in the log (RFC 9162 §2.1.3)")
                .parameter(number("entry", "The entry's position, from 0", Required::True))
                .parameter(number(
                    "size",
                    "The size of the log that the proof is for; without it, the present one",
                    Required::False,
                ))
                .response("200", answer("The entry's hash and the path to the root", Some("InclusionProof")))
                .response("400", answer("A parameter is no number, or the entry is not below the size", None))
                .response("404", answer("The log is not that long", None)),
        ),
        (
            "/api/v1/audit/consistency",
            read("audit", "Proof that a longer log continues a shorter one (RFC 9162 §2.1.4)")
                .parameter(number("from", "The shorter log's size", Required::True))
                .parameter(number("to", "The longer log's size", Required::True))
                .response("200", answer("The hashes that join the two roots", Some("ConsistencyProof")))
                .response("400", answer("A parameter is no number, or `from` is above `to`", None))
                .response("404", answer("The log is not that long", None)),
        ),
        (
            app::routes::API_STATUS_ONE,
            with_key(read("status", "The state of a card"))
                .parameter(
                    ParameterBuilder::new()
                        .name("code")
                        .parameter_in(ParameterIn::Path)
                        .required(Required::True)
                        .description(Some("The card's code, four characters"))
                        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                        .build(),
                )
                .response("200", answer("State, and since when", Some("CardStatus"))),
        ),
        (app::routes::API_CERTIFICATES, certificates()),
        (
            "/.well-known/congthe-keys.json",
            read("keys", "The public keys of all key sets that were ever in use (Ed25519, RFC 8032)")
                .response("200", answer("Key identifier, set, key, state, by set", Some("PublicKeys"))),
        ),
    ]
}

fn certificates() -> OperationBuilder {
    let operation = with_key(read("certificates", "Certificates of digital signatures, page after page"));
    let parameters = [
        ("serial", "Serial number, hexadecimal"),
        ("person", "Personnel code of whose it is"),
        ("unit", "Agency code of a unit; with those below it"),
        ("expiring_before", "Those in force that end before this day, YYYY-MM-DD"),
        ("state", "received, in_use, replaced, expired or revoked"),
        ("after", "What the answer before gave as `next`"),
    ];
    parameters
        .into_iter()
        .fold(operation, |operation, (name, meaning)| operation.parameter(text(name, meaning)))
        .parameter(number(
            "limit",
            "At most so many, 1 to 500; without it 100. The key's quota counts them",
            Required::False,
        ))
        .response("200", answer("Certificates in the order in which they were recorded", Some("CertificateAnswer")))
        .response("422", answer("A parameter is wrong; the body names it", None))
}

fn states() -> OperationBuilder {
    let question = ContentBuilder::new().schema(Some(Ref::from_schema_name("StatusQuestion"))).build();
    with_key(read("status", "States of many cards"))
        .request_body(Some(RequestBodyBuilder::new().content("application/json", question).build()))
        .response("200", answer("States in the order of the codes", Some("CardStatuses")))
        .response("422", answer("The body is no list of at most 1,000 codes", None))
}

/// What every question with a key may be answered.
fn with_key(operation: OperationBuilder) -> OperationBuilder {
    operation
        .security(SecurityRequirement::new::<_, [String; 0], String>("key", []))
        .response("401", answer("No key, or one that is not good", None))
        .response("403", answer("The key is not for this", None))
        .response(
            "429",
            answer("More cards or certificates a minute than the key has; Retry-After tells when to ask again", None),
        )
        .response("503", answer("The portal cannot answer just now", None))
}

fn read(tag: &str, summary: &str) -> OperationBuilder {
    OperationBuilder::new().tag(tag).summary(Some(summary))
}

fn text(name: &str, meaning: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(meaning))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn number(name: &str, meaning: &str, required: Required) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(required)
        .description(Some(meaning))
        .schema(Some(schema))
        .build()
}

fn answer(meaning: &str, schema: Option<&str>) -> ResponseBuilder {
    let response = ResponseBuilder::new().description(meaning);
    match schema {
        Some(name) => response
            .content("application/json", ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build()),
        None => response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_every_path() {
        let json = document().to_json().unwrap();
        for (path, _) in operations() {
            assert!(json.contains(&format!("\"{path}\"")), "{path}");
        }
        for schema in [
            "Readiness",
            "HeadView",
            "InclusionProof",
            "ConsistencyProof",
            "PublicKeys",
            "CardStatus",
            "CardStatuses",
            "CertificateAnswer",
            "CertificateEntry",
        ] {
            assert!(json.contains(&format!("\"#/components/schemas/{schema}\"")), "{schema}");
        }
    }
}
