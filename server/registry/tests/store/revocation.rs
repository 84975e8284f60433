//! What certification authorities say of certificates in force: fetched from where the certificates name it, believed for its signature,
//! told until it is over (R120).

use contract::view::Target;
use registry::store::revocation as kept;
use registry::work::certificates::chase::chased;
use registry::work::certificates::revocation::{Wanted, fetched_lists, note, revocation_lines, wanted};
use registry::work::certificates::{
    CertificateQuery, Finding, REVOKED_THERE, Trust, list_certificates, show_certificate,
};
use registry::work::work_queue::work_queue;

use crate::certificates::{Scene, answer, bytes, of_unit, trust};
use crate::support::{AT, stores};

const LIST: &str = "http://crl.ca.example/root.crl";
const HOUR: i64 = 3_600_000;
/// openssl dates what it answers by its own clock.
const LATER: i64 = AT + 2_000 * 24 * HOUR;

impl Scene {
    async fn wanted(&self, hosts: &[&str], at: i64) -> Vec<Wanted> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        wanted(&self.test.store, &trust(), &hosts, at).await.unwrap()
    }

    async fn got(&self, wanted: Wanted, got: Result<Vec<u8>, &str>, at: i64) {
        note(&self.test.store, &trust(), wanted, got.map_err(str::to_owned), at).await.unwrap();
    }

    async fn revoked_there(&self) -> Vec<i64> {
        let mut conn = self.test.store.read().await.unwrap();
        let query = CertificateQuery { state: REVOKED_THERE.into(), page: 1, ..CertificateQuery::default() };
        let found = list_certificates(&mut conn, &self.manager(), &query, AT).await.unwrap();
        assert_eq!(found.total, found.rows.len() as i64);
        let counted = chased(&mut conn, &self.manager(), AT).await.unwrap().revoked;
        assert_eq!(counted, found.total);
        found.rows.iter().map(|row| row.id).collect()
    }

    async fn problems(&self) -> Vec<(String, bool, Option<String>)> {
        let mut conn = self.test.store.read().await.unwrap();
        let lines = revocation_lines(&mut conn, &self.manager()).await.unwrap();
        lines.into_iter().map(|of| (of.url, of.fetched_at.is_some(), of.problem)).collect()
    }

    /// How often it was told that a certificate is revoked, and that it is no longer.
    async fn told(&self) -> (i64, i64) {
        let count = async |action: &str| {
            self.test.count(&format!("select count(*) from audit_entry where action = 'certificate.{action}'")).await
        };
        (count("found_revoked").await, count("found_in_force").await)
    }
}

fn list() -> Wanted {
    Wanted::List { url: LIST.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_fetched_from_where_its_certificates_name_it() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.record(scene.manager(), "listed.pem", of_unit("57.00002", "")).await.unwrap();
        // other hosts are left alone, and those without an address are not asked for
        scene.record(scene.manager(), "seal.pem", of_unit("57.00002", "")).await.unwrap();
        assert_eq!(scene.wanted(&["ocsp.ca.example", "ca.example"], AT).await, []);
        assert_eq!(scene.wanted(&["CRL.ca.example"], AT).await, [list()]);

        // nothing came: what is known stays, and it is tried again after half an hour
        for (got, problem) in [
            (Err("status.503"), "status.503"),
            (Ok(b"<html>".to_vec()), "unreadable"),
            (Ok(bytes("an.pem").to_vec()), "unreadable"),
        ] {
            scene.got(list(), got, AT).await;
            assert_eq!(scene.problems().await, [(LIST.to_owned(), false, Some(problem.to_owned()))]);
            assert_eq!(scene.wanted(&["crl.ca.example"], AT + HOUR / 2 - 1).await, []);
            assert_eq!(scene.wanted(&["crl.ca.example"], AT + HOUR / 2).await, [list()]);
        }
        // nobody is believed
        let refused = note(&scene.test.store, &Trust::default(), list(), Ok(bytes("held.crl").to_vec()), AT).await;
        refused.unwrap();
        assert_eq!(scene.problems().await, [(LIST.to_owned(), false, Some("authority".to_owned()))]);
        assert!(scene.revoked_there().await.is_empty());

        scene.got(list(), Ok(bytes("before.crl").to_vec()), AT).await;
        assert_eq!(scene.problems().await, [(LIST.to_owned(), true, None)]);
        assert!(scene.revoked_there().await.is_empty());
        assert_eq!(scene.wanted(&["crl.ca.example"], AT + 6 * HOUR - 1).await, []);
        assert_eq!(scene.wanted(&["crl.ca.example"], AT + 6 * HOUR).await, [list()]);

        // revoked: told once, followed up, and said on its page
        for _ in 0..2 {
            scene.got(list(), Ok(bytes("held.crl").to_vec()), AT + 6 * HOUR).await;
        }
        assert_eq!(scene.revoked_there().await, [id]);
        assert_eq!(scene.told().await, (1, 0));
        let mut conn = scene.test.store.read().await.unwrap();
        let groups = work_queue(&mut conn, &scene.manager(), AT).await.unwrap();
        let targets: Vec<Target> = groups.into_iter().flat_map(|of| of.items).map(|of| of.target).collect();
        assert!(targets.contains(&Target::RevokedThere), "{targets:?}");
        let mut believed = trust();
        believed.take_lists(&fetched_lists(&mut conn).await.unwrap());
        let shown = show_certificate(&mut conn, &scene.manager(), &believed, id, AT).await.unwrap();
        assert!(shown.findings.iter().any(|it| matches!(it, Finding::Revoked { .. })), "{:?}", shown.findings);
        drop(conn);

        // a hold that is over
        scene.got(list(), Ok(bytes("before.crl").to_vec()), AT + 12 * HOUR).await;
        assert!(scene.revoked_there().await.is_empty());
        assert_eq!(scene.told().await, (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_without_a_list_is_asked_about_each_certificate() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.record(scene.manager(), "asked.pem", of_unit("57.00002", "")).await.unwrap();
        assert_eq!(scene.wanted(&["crl.ca.example"], LATER).await, []);
        let wanted = scene.wanted(&["ocsp.ca.example"], LATER).await;
        let [Wanted::Answer { url, certificate_id, question }] = wanted.as_slice() else { panic!("{wanted:?}") };
        assert_eq!((url.as_str(), *certificate_id), ("http://ocsp.ca.example/", id));
        for got in [Err("unreachable"), Ok(vec![0x30, 0x03, 0x0A, 0x01, 0x03])] {
            scene.got(wanted[0].clone(), got, LATER).await;
            assert!(scene.revoked_there().await.is_empty());
        }
        assert_eq!(scene.wanted(&["ocsp.ca.example"], LATER).await, []);
        scene.got(wanted[0].clone(), Ok(answer(question)), LATER).await;
        assert_eq!(scene.revoked_there().await, [id]);
        let mut conn = scene.test.store.read().await.unwrap();
        assert!(kept::answer(&mut conn, id).await.unwrap().is_some());
        let shown = show_certificate(&mut conn, &scene.manager(), &trust(), id, LATER).await.unwrap();
        assert!(shown.findings.iter().any(|it| matches!(it, Finding::Revoked { .. })), "{:?}", shown.findings);
        drop(conn);
        // an answer whose term is over is asked for anew, not before half an hour
        assert_eq!(scene.wanted(&["ocsp.ca.example"], LATER + HOUR / 2 - 1).await, []);
        assert_eq!(scene.wanted(&["ocsp.ca.example"], LATER + HOUR / 2).await.len(), 1);
        assert_eq!(scene.told().await, (1, 0));
    }
}
