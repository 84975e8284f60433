//! `/log`: the signed heads, and receipts checked by anybody.

use axum::http::StatusCode;
use model::receipt::Receipt;
use registry::Actor;
use registry::store::Record;
use registry::work::receipt::card_receipt;

use super::{GIVEN, NOW_MS, Province, from, text};

impl Province {
    /// The receipt of the province's card, to which one more thing has happened.
    async fn receipt(&self) -> Receipt {
        let secrets = self.portal.secrets.clone();
        let noted = self.portal.store.write(NOW_MS - 5_000, |tx| {
            Box::pin(async move {
                tx.record(Record {
                    actor: "account:3",
                    action: "card.lock",
                    object: "card:1".into(),
                    facts: serde_json::json!({ "code": GIVEN, "from": "active", "to": "locked" }),
                    personal: None,
                });
                Ok::<_, registry::Failure>(())
            })
        });
        noted.await.unwrap();
        let made = self.portal.store.write(NOW_MS, move |tx| {
            Box::pin(async move { card_receipt(tx, &Actor::system(), secrets.as_ref(), 1).await })
        });
        made.await.unwrap()
    }

    async fn judged(&self, receipt: &Receipt) -> (StatusCode, String) {
        self.sent(&serde_json::to_string(receipt).unwrap()).await
    }

    async fn sent(&self, receipt: &str) -> (StatusCode, String) {
        let answer = self.post("/log", &format!("text={}", urlencoded(receipt))).await;
        (answer.status(), text(answer).await)
    }
}

fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn anybody_sees_the_signed_heads_and_checks_a_receipt() {
    let province = Province::open().await;
    let before = province.page("/log").await;
    assert!(before.contains("chưa được ký lần nào") && before.len() < 20_000);
    let receipt = province.receipt().await;
    let page = province.page("/log?lang=en").await;
    let root = model::merkle::to_hex(&receipt.head.root);
    assert!(page.contains(&root) && page.contains("Log and receipts") && page.contains("/api/v1/audit/head"));

    let (status, held) = province.judged(&receipt).await;
    assert_eq!(status, StatusCode::OK);
    assert!(held.contains("Biên nhận đúng") && held.contains("Khóa thẻ") && held.contains(GIVEN));
    let file = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.json\"\r\n\r\n{}\r\n--b--\r\n",
        serde_json::to_string(&receipt).unwrap()
    );
    let request = from("203.0.113.9", axum::http::Request::post("/log"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=b");
    let as_file = province.ask(request.body(file.into()).unwrap()).await;
    assert_eq!((as_file.status(), text(as_file).await), (StatusCode::OK, held));
}

#[tokio::test]
async fn what_does_not_hold_is_told_by_one_sentence_each() {
    let province = Province::open().await;
    let receipt = province.receipt().await;
    let mut renamed = receipt.clone();
    renamed.code = "7hKr".into();
    let mut forged = receipt.clone();
    forged.entries[0].entry.action = "card.unlock".into();
    let mut unsigned = receipt.clone();
    unsigned.signature[0][0] ^= 1;
    for changed in [renamed, forged, unsigned] {
        let (status, page) = province.judged(&changed).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("Biên nhận đã bị sửa"), "{status} {page}");
    }
    for (text, words) in [
        ("", "Hãy chọn tệp biên nhận"),
        ("   ", "Hãy chọn tệp biên nhận"),
        ("{}", "không phải là biên nhận"),
        ("<script>alert(1)</script>", "không phải là biên nhận"),
        ("\u{0}", "không phải là biên nhận"),
    ] {
        let (status, page) = province.sent(text).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains(words), "{text}: {status} {page}");
        assert!(!page.contains("<script"));
    }
    // another portal's
    let other = Province::open().await;
    let (status, page) = other.judged(&receipt).await;
    // made with the same key, of another log
    assert!(status == StatusCode::OK && page.contains("không còn khớp"), "{status} {page}");
}
