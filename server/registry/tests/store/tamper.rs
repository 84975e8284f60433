//! Whatever is done to the audit log behind the program's back is found, and where.

use contract::view::{AuditFault, Verdict};
use model::audit::{GENESIS, chain};
use model::merkle::{Frontier, Hash};
use rand::RngExt;
use registry::StoreError;
use registry::secrets::Secrets;
use registry::store::Kind;
use registry::store::audit::Stored;
use registry::work::verify_audit::verify_audit;

use crate::log::{build, entries, verdict};
use crate::support::{AT, TestSecrets, TestStore, rng, run, stores};

/// Tries of each kind of tampering, each at a random place.
const TRIES: usize = 12;

enum Undo {
    Verdict(Verdict),
    Store(StoreError),
}

impl From<StoreError> for Undo {
    fn from(error: StoreError) -> Self {
        Undo::Store(error)
    }
}

/// Takes the database's own guards away, runs the statements, verifies, and takes everything back.
async fn tampered(test: &TestStore, statements: &[String]) -> Verdict {
    let guards: Vec<String> =
        ["audit_entry_no_update", "audit_entry_no_delete", "audit_head_no_update", "audit_head_no_delete"]
            .iter()
            .map(|trigger| match test.kind {
                Kind::Sqlite => format!("drop trigger {trigger}"),
                Kind::Postgres => format!("drop trigger {trigger} on {}", trigger.split("_no").next().unwrap()),
            })
            .collect();
    let references = match test.kind {
        Kind::Sqlite => "pragma defer_foreign_keys = on",
        Kind::Postgres => "alter table audit_personal drop constraint audit_personal_seq_fkey",
    };
    let mut all = [guards, vec![references.to_owned()]].concat();
    all.extend_from_slice(statements);
    let undone: Result<(), Undo> = test
        .store
        .write(AT, move |tx| {
            Box::pin(async move {
                for sql in &all {
                    run(tx.conn(), sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
                }
                Err(Undo::Verdict(verify_audit(tx.conn(), Some(TestSecrets::new(1).head_key())).await?))
            })
        })
        .await;
    match undone {
        Err(Undo::Verdict(verdict)) => verdict,
        Err(Undo::Store(error)) => panic!("{error}"),
        Ok(()) => unreachable!("always taken back"),
    }
}

/// Expects the fault at the place.
async fn finds<S: AsRef<str>>(test: &TestStore, statements: &[S], at: u64, fault: AuditFault) {
    let statements: Vec<String> = statements.iter().map(|sql| sql.as_ref().to_owned()).collect();
    let verdict = tampered(test, &statements).await;
    let found = (verdict.ok, verdict.at, verdict.fault);
    assert_eq!(found, (false, Some(at), Some(fault)), "{:?}: {statements:?}", test.kind);
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{{hex:{digits}}}")
}

/// The state row as it was when the log had only these entries.
fn state_of(entries: &[Stored]) -> String {
    let (mut link, mut frontier) = (GENESIS, Frontier::new());
    for stored in entries {
        let leaf = stored.entry.leaf_hash();
        link = chain(&link, &leaf);
        frontier.append(leaf);
    }
    let (chain, frontier) = (hex(&link), hex(&frontier.to_bytes()));
    format!("update audit_state set size = {}, chain = {chain}, frontier = {frontier}", entries.len())
}

#[tokio::test]
async fn an_untouched_log_passes() {
    for test in stores().await {
        let empty = verdict(&test).await;
        assert_eq!((empty.ok, empty.entries, empty.heads), (true, 0, 0));
        build(&test, &mut rng(1)).await;
        let all = entries(&test).await.len() as u64;
        let verdict = tampered(&test, &[]).await;
        assert_eq!((verdict.ok, verdict.entries, verdict.heads), (true, all, 3));
    }
}

#[tokio::test]
async fn a_changed_entry_is_found() {
    for test in stores().await {
        let mut rng = rng(2);
        build(&test, &mut rng).await;
        let size = entries(&test).await.len() as u64;
        for _ in 0..TRIES {
            let k = rng.random_range(0..size);
            for change in [
                "at = at + 1",
                "actor = 'account:1'",
                "action = action || 'x'",
                "object = 'note:x'",
                "facts = '{}'",
                "personal = {hex:00}",
                "leaf = {hex:00}",
            ] {
                finds(&test, &[format!("update audit_entry set {change} where seq = {k}")], k, AuditFault::Changed)
                    .await;
            }
            let zeros = hex(&[0; 32]);
            let change = format!("update audit_entry set personal = {zeros} where seq = {k}");
            finds(&test, &[change], k, AuditFault::Changed).await;
            let change = format!("update audit_entry set chain = {zeros} where seq = {k}");
            finds(&test, &[change], k, AuditFault::Chain).await;
            let change = format!("update audit_entry set nodes = {} where seq = {k}", hex(&[7; 32 * 9]));
            finds(&test, &[change], k, AuditFault::Tree).await;
            if test.kind == Kind::Sqlite {
                let change = format!("update audit_entry set facts = cast(x'ff' as text) where seq = {k}");
                finds(&test, &[change], k, AuditFault::Changed).await;
            }
        }
    }
}

#[tokio::test]
async fn a_changed_entry_with_its_hashes_made_anew_is_found() {
    for test in stores().await {
        let mut rng = rng(3);
        build(&test, &mut rng).await;
        let all = entries(&test).await;
        for _ in 0..TRIES {
            let k = rng.random_range(0..all.len());
            let mut entry = all[k].entry.clone();
            entry.facts = "{}".to_owned();
            let leaf = entry.leaf_hash();
            let change = format!("update audit_entry set facts = '{{}}', leaf = {} where seq = {k}", hex(&leaf));
            finds(&test, &[change], k as u64, AuditFault::Chain).await;

            let previous: Hash = k.checked_sub(1).map_or(GENESIS, |k| all[k].chain.as_slice().try_into().unwrap());
            let mut frontier = Frontier::new();
            for stored in &all[..k] {
                frontier.append(stored.leaf.as_slice().try_into().unwrap());
            }
            let (link, nodes) = (chain(&previous, &leaf), frontier.append(leaf).concat());
            let change = format!(
                "update audit_entry set facts = '{{}}', leaf = {}, chain = {}, nodes = {} where seq = {k}",
                hex(&leaf),
                hex(&link),
                hex(&nodes)
            );
            // that entry alone is flawless now; the next does not continue it
            finds(&test, &[change], k as u64 + 1, AuditFault::Chain).await;
        }
    }
}

#[tokio::test]
async fn a_history_written_anew_is_found_by_the_signed_heads() {
    for test in stores().await {
        let mut rng = rng(4);
        let heads = build(&test, &mut rng).await;
        let all = entries(&test).await;
        for _ in 0..TRIES {
            let k = rng.random_range(0..*heads.last().unwrap()) as usize;
            let (mut link, mut frontier) = (GENESIS, Frontier::new());
            let (mut statements, mut forged) = (Vec::new(), all.clone());
            forged[k].entry.object = "note:forged".to_owned();
            for (i, stored) in forged.iter().enumerate() {
                let leaf = stored.entry.leaf_hash();
                link = chain(&link, &leaf);
                let nodes = frontier.append(leaf).concat();
                if i >= k {
                    statements.push(format!(
                        "update audit_entry set object = '{}', leaf = {}, chain = {}, nodes = {} where seq = {i}",
                        stored.entry.object,
                        hex(&leaf),
                        hex(&link),
                        hex(&nodes)
                    ));
                }
            }
            statements.push(state_of(&forged));
            let first_after = *heads.iter().find(|size| **size > k as u64).unwrap();
            finds(&test, &statements, first_after, AuditFault::Head).await;
            // without the heads, the entries about their signing tell
            statements.push("delete from audit_head".to_owned());
            let first_signing = heads[0];
            finds(&test, &statements, first_signing, AuditFault::Head).await;
        }
    }
}

#[tokio::test]
async fn a_removed_entry_is_found() {
    for test in stores().await {
        let mut rng = rng(5);
        build(&test, &mut rng).await;
        let size = entries(&test).await.len() as u64;
        for _ in 0..TRIES {
            let k = rng.random_range(0..size - 1);
            let remove = format!("delete from audit_entry where seq = {k}");
            finds(&test, &[remove.as_str()], k, AuditFault::Missing).await;
            // those after it moved up: the next one stands at a place that its hash does not name
            let close = format!("update audit_entry set seq = -seq where seq > {k}");
            let gap = "update audit_entry set seq = -seq - 1 where seq < 0";
            finds(&test, &[remove.as_str(), &close, gap], k, AuditFault::Changed).await;
        }
    }
}

#[tokio::test]
async fn an_inserted_entry_is_found() {
    const COLUMNS: &str = "at, actor, action, object, facts, personal, leaf, chain, nodes";
    for test in stores().await {
        let mut rng = rng(6);
        build(&test, &mut rng).await;
        let all = entries(&test).await;
        for _ in 0..TRIES {
            let k = rng.random_range(0..all.len());
            let room = [
                format!("update audit_entry set seq = -seq - 2 where seq >= {k}"),
                "update audit_entry set seq = -seq - 1 where seq < 0".to_owned(),
                format!(
                    "insert into audit_entry (seq, {COLUMNS}) select {k}, {COLUMNS} from audit_entry where seq = {}",
                    k + 1
                ),
                format!("update audit_state set size = {}", all.len() + 1),
            ];
            // the copy stands where the original stood, which now stands one further
            finds(&test, &room, k as u64 + 1, AuditFault::Changed).await;
        }
        let (size, last) = (all.len() as u64, all.len() - 1);
        let copy = format!(
            "insert into audit_entry (seq, {COLUMNS}) select {size}, {COLUMNS} from audit_entry where seq = {last}"
        );
        finds(&test, &[copy.as_str()], size, AuditFault::Changed).await;
        let before = "insert into audit_entry (seq, at, actor, action, object, facts, leaf, chain, nodes) \
                      values (-1, 1, 'a', 'b', 'c', '{}', {hex:00}, {hex:00}, {hex:})";
        finds(&test, &[before], 0, AuditFault::Chain).await;
        // a flawless entry, but the state does not know of it
        finds(&test, &[state_of(&all[..last])], last as u64, AuditFault::Appended).await;
    }
}

#[tokio::test]
async fn entries_in_another_order_are_found() {
    for test in stores().await {
        let mut rng = rng(7);
        build(&test, &mut rng).await;
        let size = entries(&test).await.len() as u64;
        for _ in 0..TRIES {
            let i = rng.random_range(0..size - 1);
            let j = rng.random_range(i + 1..size);
            let swap = [
                format!("update audit_entry set seq = -1 where seq = {i}"),
                format!("update audit_entry set seq = {i} where seq = {j}"),
                format!("update audit_entry set seq = {j} where seq = -1"),
            ];
            finds(&test, &swap, i, AuditFault::Changed).await;
        }
    }
}

#[tokio::test]
async fn a_cut_tail_is_found() {
    for test in stores().await {
        let mut rng = rng(8);
        let heads = build(&test, &mut rng).await;
        let all = entries(&test).await;
        for _ in 0..TRIES {
            let k = rng.random_range(0..all.len());
            let cut = format!("delete from audit_entry where seq >= {k}");
            finds(&test, &[cut.as_str()], k as u64, AuditFault::Truncated).await;

            // with the state set back, a signed head tells
            let k = rng.random_range(0..*heads.last().unwrap()) as usize;
            let cut = format!("delete from audit_entry where seq >= {k}");
            let personal = format!("delete from audit_personal where seq >= {k}");
            finds(&test, &[cut, personal, state_of(&all[..k])], k as u64, AuditFault::Truncated).await;
        }
    }
}

#[tokio::test]
async fn a_changed_state_is_found() {
    for test in stores().await {
        build(&test, &mut rng(9)).await;
        let size = entries(&test).await.len() as u64;
        let zeros = hex(&[0; 32]);
        finds(&test, &[format!("update audit_state set chain = {zeros}")], size, AuditFault::Chain).await;
        finds(&test, &["delete from audit_state"], size, AuditFault::Chain).await;
        finds(&test, &["update audit_state set frontier = {hex:00}"], size, AuditFault::Chain).await;
        let frontier = hex(&vec![0; size.count_ones() as usize * 32]);
        finds(&test, &[format!("update audit_state set frontier = {frontier}")], size, AuditFault::Tree).await;
    }
}

#[tokio::test]
async fn changed_personal_fields_are_found_and_those_that_nobody_erased() {
    for test in stores().await {
        let mut rng = rng(10);
        build(&test, &mut rng).await;
        let all = entries(&test).await;
        let (with, without): (Vec<u64>, Vec<u64>) = {
            let (with, without): (Vec<&Stored>, Vec<&Stored>) =
                all.iter().partition(|stored| stored.entry.personal.is_some());
            (with.iter().map(|s| s.entry.seq).collect(), without.iter().map(|s| s.entry.seq).collect())
        };
        for _ in 0..TRIES {
            let k = with[rng.random_range(0..with.len())];
            for change in [
                "body = body || ' '".to_owned(),
                "person_id = 8".to_owned(),
                format!("salt = {}", hex(&[0; 32])),
                "salt = {hex:00}".to_owned(),
            ] {
                let change = format!("update audit_personal set {change} where seq = {k}");
                finds(&test, &[change], k, AuditFault::Personal).await;
            }
            let erase = format!("delete from audit_personal where seq = {k}");
            finds(&test, &[erase], k, AuditFault::Personal).await;
            let k = without[rng.random_range(0..without.len())];
            let add = format!("insert into audit_personal (seq, salt, body) values ({k}, {}, '{{}}')", hex(&[0; 32]));
            finds(&test, &[add], k, AuditFault::Personal).await;
        }
        let far = "insert into audit_personal (seq, salt, body) values (1000, {hex:00}, '{}')";
        finds(&test, &[far], 1000, AuditFault::Personal).await;
    }
}

#[tokio::test]
async fn a_forged_or_removed_head_is_found() {
    for test in stores().await {
        let heads = build(&test, &mut rng(11)).await;
        let zeros = hex(&[0; 32]);
        for size in &heads {
            for change in [
                "at = at + 1".to_owned(),
                format!("root = {zeros}"),
                format!("chain = {zeros}"),
                format!("key = {zeros}"),
                "signature = {hex:00}".to_owned(),
                format!("key = {}", hex(&TestSecrets::new(2).head_key())),
            ] {
                let change = format!("update audit_head set {change} where size = {size}");
                finds(&test, &[change], *size, AuditFault::Signature).await;
            }
            // the entry about the signing follows the head
            finds(&test, &[format!("delete from audit_head where size = {size}")], *size, AuditFault::Head).await;
        }
        // signed well, by another key
        let (all, other) = (entries(&test).await, TestSecrets::new(2));
        let state = state_of(&all[..5]);
        let root = {
            let mut frontier = Frontier::new();
            all[..5].iter().for_each(|stored| drop(frontier.append(stored.entry.leaf_hash())));
            frontier.root()
        };
        assert!(state.contains("size = 5"));
        let chain: Hash = all[4].chain.as_slice().try_into().unwrap();
        let signed = model::audit::Head { size: 5, root, chain, at_ms: 1 }.to_sign();
        let forged = format!(
            "insert into audit_head (size, root, chain, at, key, signature) values (5, {}, {}, 1, {}, {})",
            hex(&root),
            hex(&chain),
            hex(&other.head_key()),
            hex(&other.sign_head(&signed))
        );
        finds(&test, &[forged], 5, AuditFault::Signature).await;
        // ahead of the log
        let ahead = format!(
            "insert into audit_head (size, root, chain, at, key, signature) select 1000, root, chain, at, key, \
                             signature from audit_head where size = {}",
            heads[0]
        );
        finds(&test, &[ahead], 1000, AuditFault::Signature).await;
    }
}
