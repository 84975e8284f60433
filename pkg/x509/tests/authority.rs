//! A small certification authority made with openssl: two roots, an authority below one of them, certificates of the three kinds, and every
//! oddity.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use x509::{
    Bundle, Certificate, Expected, Finding, Kind, Question, Reason, Refused, Scheme, StatusAnswer, Wrapping, Zeroizing,
    judge,
};

/// A folder of files that openssl made, once for all tests.
struct Authority {
    folder: tempfile::TempDir,
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl").current_dir(folder).args(arguments).output().expect("openssl runs");
    assert!(done.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

const CONFIG: &str = "
[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[subscriber]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[mailed]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
subjectAltName = email:An.Nguyen@hue.gov.vn
[addressed]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:ldap://ldap.ca.example/cn=list, URI:http://crl.ca.example/list.crl
authorityInfoAccess = caIssuers;URI:http://ca.example/between.crt, OCSP;URI:http://ocsp.ca.example/
[answering]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[device]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:mot-cua.hue.gov.vn
authorityKeyIdentifier = keyid
[enciphering]
basicConstraints = CA:FALSE
keyUsage = critical, keyEncipherment
authorityKeyIdentifier = keyid
[constrained]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
1.3.6.1.4.1.99999.1 = critical, ASN1:UTF8String:unknown
[ca]
default_ca = sub
[sub]
dir = .
database = index.txt
serial = serial.txt
crlnumber = crlnumber.txt
new_certs_dir = .
default_md = sha256
default_days = 900
default_crl_days = 30
policy = any
unique_subject = no
email_in_dn = yes
[any]
commonName = supplied
organizationName = optional
organizationalUnitName = optional
title = optional
localityName = optional
countryName = optional
UID = optional
emailAddress = optional
";

const PERSON: &str = "/C=VN/L=Huế/O=Sở Nội vụ/title=Chuyên viên/UID=CCCD:046088001234/CN=Nguyễn Văn An";
const UNIT: &str = "/C=VN/L=Huế/O=UBND thành phố Huế/CN=Sở Nội vụ";
const MACHINE: &str = "/C=VN/O=Sở Nội vụ/CN=mot-cua.hue.gov.vn";

/// Seconds since 1970 at which everything of the authority is valid; its certificates are dated from it.
const AT: i64 = 1_795_000_000; // 18 November 2026
const DAY: i64 = 86_400;

fn stamp(days: i64) -> String {
    // openssl takes UTC as YYYYMMDDHHMMSSZ; a day of the civil calendar by Hinnant's algorithm
    let days = AT.div_euclid(DAY) + days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}000000Z")
}

impl Authority {
    fn get() -> &'static Authority {
        static MADE: OnceLock<Authority> = OnceLock::new();
        MADE.get_or_init(Authority::make)
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let this = Self { folder };
        let at = this.folder.path();
        for (name, text) in
            [("openssl.cnf", CONFIG), ("index.txt", ""), ("serial.txt", "7A01\n"), ("crlnumber.txt", "01\n")]
        {
            std::fs::write(at.join(name), text).unwrap();
        }
        for root in ["root", "stranger"] {
            this.key(root, &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
            this.request(root, &format!("/C=VN/O=Ban Cơ yếu Chính phủ/CN={root}"));
            this.issue(root, root, root, "root", -400, 7000, &["-md", "sha256", "-selfsign"]);
        }
        this.key("between", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]);
        this.request("between", "/C=VN/O=Ban Cơ yếu Chính phủ/CN=CA phục vụ các cơ quan nhà nước");
        this.issue("between", "root", "root", "between", -300, 3000, &["-md", "sha384"]);
        this.key("person", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
        this.key("p256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        this.key("ed25519", &["-algorithm", "ED25519"]);
        this.key("small", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
        // name of the file, key, subject, extensions, first and last day
        for (name, key, subject, extensions, from, until) in [
            ("person.crt", "person", PERSON, "subscriber", -100, 800),
            ("mailed.crt", "person", PERSON, "mailed", -100, 800),
            ("unit.crt", "p256", UNIT, "subscriber", -100, 800),
            ("machine.crt", "ed25519", MACHINE, "device", -100, 800),
            ("expired.crt", "person", PERSON, "subscriber", -200, -1),
            ("future.crt", "person", PERSON, "subscriber", 10, 800),
            ("revoked.crt", "person", PERSON, "subscriber", -100, 800),
            ("enciphering.crt", "person", PERSON, "enciphering", -100, 800),
            ("constrained.crt", "person", PERSON, "constrained", -100, 800),
            ("small.crt", "small", PERSON, "subscriber", -100, 800),
            ("addressed.crt", "person", PERSON, "addressed", -100, 800),
            ("answering.crt", "p256", "/C=VN/O=Ban Cơ yếu Chính phủ/CN=OCSP", "answering", -100, 7000),
        ] {
            this.request_as(name, key, subject);
            this.issue(name, "between", "between", extensions, from, until, &["-md", "sha256"]);
        }
        this.request_as("sha1.crt", "person", PERSON);
        this.issue("sha1.crt", "root", "root", "subscriber", -100, 800, &["-md", "sha1"]);
        this.request_as("pss.crt", "person", PERSON);
        this.issue(
            "pss.crt",
            "root",
            "root",
            "subscriber",
            -100,
            800,
            &["-md", "sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
        );
        this.request_as("strange.crt", "person", PERSON);
        this.issue("strange.crt", "stranger", "stranger", "subscriber", -100, 800, &["-md", "sha256"]);
        // who is no authority signs all the same
        this.request_as("usurped.crt", "p256", PERSON);
        this.issue("usurped.crt", "person", "person.crt", "subscriber", -50, 700, &["-md", "sha256"]);
        this.request_as("own.crt", "person", PERSON);
        this.issue("own.crt", "person", "own.crt", "subscriber", -50, 700, &["-md", "sha256", "-selfsign"]);
        // a second authority below one that may have none
        this.key("deeper", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        this.request("deeper", "/C=VN/O=Ban Cơ yếu Chính phủ/CN=deeper");
        this.issue("deeper", "between", "between", "between", -100, 900, &["-md", "sha256"]);
        this.request_as("deep.crt", "person", PERSON);
        this.issue("deep.crt", "deeper", "deeper", "subscriber", -50, 700, &["-md", "sha256"]);

        let sub = ["-config", "openssl.cnf", "-name", "sub", "-cert", "between.pem", "-keyfile", "between.key"];
        let ca = |more: &[&str]| openssl(at, &[&["ca"], sub.as_slice(), more].concat());
        ca(&["-gencrl", "-out", "before.crl", "-crl_lastupdate", &stamp(-60), "-crl_nextupdate", &stamp(-30)]);
        ca(&["-revoke", "revoked.crt.pem", "-crl_reason", "keyCompromise"]);
        ca(&["-gencrl", "-out", "now.crl", "-crl_lastupdate", &stamp(-1), "-crl_nextupdate", &stamp(29)]);
        openssl(at, &["crl", "-in", "now.crl", "-outform", "DER", "-out", "now.der"]);
        openssl(at, &["x509", "-in", "person.crt.pem", "-outform", "DER", "-out", "person.der"]);
        openssl(
            at,
            &["crl2pkcs7", "-nocrl", "-certfile", "person.crt.pem", "-certfile", "between.pem", "-out", "chain.p7b"],
        );
        openssl(
            at,
            &[
                "crl2pkcs7",
                "-in",
                "now.crl",
                "-certfile",
                "person.crt.pem",
                "-certfile",
                "unit.crt.pem",
                "-outform",
                "DER",
                "-out",
                "two.p7b",
            ],
        );
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn key(&self, name: &str, options: &[&str]) {
        let out = format!("{name}.key");
        openssl(self.folder.path(), &[&["genpkey", "-out", &out], options].concat());
    }

    fn request(&self, name: &str, subject: &str) {
        self.request_as(name, name, subject);
    }

    fn request_as(&self, name: &str, key: &str, subject: &str) {
        let (key, out) = (format!("{key}.key"), format!("{name}.csr"));
        openssl(
            self.folder.path(),
            &["req", "-config", "openssl.cnf", "-utf8", "-new", "-key", &key, "-subj", subject, "-out", &out],
        );
    }

    #[expect(clippy::too_many_arguments, reason = "it is openssl's command line")]
    fn issue(&self, name: &str, key: &str, by: &str, extensions: &str, from: i64, until: i64, more: &[&str]) {
        let (csr, out) = (format!("{name}.csr"), format!("{name}.pem"));
        let (key, by) = (format!("{key}.key"), format!("{by}.pem"));
        let (from, until) = (stamp(from), stamp(until));
        let mut arguments = vec![
            "ca",
            "-batch",
            "-utf8",
            "-notext",
            "-preserveDN",
            "-config",
            "openssl.cnf",
            "-name",
            "sub",
            "-in",
            &csr,
            "-out",
            &out,
            "-keyfile",
            &key,
            "-startdate",
            &from,
            "-enddate",
            &until,
            "-extensions",
            extensions,
        ];
        if !more.contains(&"-selfsign") {
            arguments.extend(["-cert", &by]);
        }
        arguments.extend(more);
        openssl(self.folder.path(), &arguments);
    }

    fn read(&self, name: &str) -> Bundle {
        x509::read(Zeroizing::new(self.bytes(name))).unwrap()
    }

    fn one(&self, name: &str) -> Certificate {
        self.read(&format!("{name}.pem")).certificates.remove(0)
    }

    /// What a responder with that certificate and key says of another one.
    fn answer(&self, name: &str, (signer, key): (&str, &str)) -> Vec<u8> {
        let question = x509::question(&self.one(name), &self.one("between")).unwrap();
        let [asked, out] = ["asked", "answer"].map(|part| format!("{name}.{signer}.{part}"));
        std::fs::write(self.path(&asked), question).unwrap();
        let (signer, key) = (format!("{signer}.pem"), format!("{key}.key"));
        openssl(
            self.folder.path(),
            &[
                "ocsp",
                "-index",
                "index.txt",
                "-CA",
                "between.pem",
                "-rsigner",
                &signer,
                "-rkey",
                &key,
                "-ndays",
                "7",
                "-reqin",
                &asked,
                "-respout",
                &out,
            ],
        );
        self.bytes(&out)
    }

    fn findings(&self, name: &str, lists: &[&str]) -> Vec<Finding> {
        let (roots, between) = ([self.one("root")], [self.one("between"), self.one("deeper"), self.one("person.crt")]);
        let lists: Vec<_> = lists.iter().flat_map(|list| self.read(list).lists).collect();
        let certificate = &self.one(name);
        judge(&Question {
            at: AT,
            certificate,
            between: &between,
            roots: &roots,
            lists: &lists,
            answers: &[],
            expected: None,
        })
    }
}

#[test]
fn what_is_in_a_certificate() {
    let authority = Authority::get();
    let person = authority.one("person.crt");
    assert_eq!(person.subject().title(), "Nguyễn Văn An");
    let numbers = person.subject().identifiers();
    assert_eq!((numbers.len(), numbers[0].scheme, numbers[0].value.as_str()), (1, Scheme::Citizen, "046088001234"));
    assert_eq!(person.issuer().title(), "CA phục vụ các cơ quan nhà nước");
    assert_eq!(person.algorithm().to_string(), "RSA 2048");
    let midnight = AT.div_euclid(DAY) * DAY;
    assert_eq!((person.valid_from(), person.valid_until()), (midnight - 100 * DAY, midnight + 800 * DAY));
    assert!(person.serial().starts_with("7A"), "{}", person.serial());
    assert_eq!(person.kind(), Kind::Person);
    assert_eq!(authority.one("unit.crt").kind(), Kind::Organisation);
    assert_eq!(authority.one("machine.crt").kind(), Kind::Device);
    assert_eq!(authority.one("between").kind(), Kind::Authority);
    assert_eq!(authority.one("mailed.crt").emails(), ["an.nguyen@hue.gov.vn"]);
    // as openssl counts it
    let mut said = Command::new("openssl");
    said.args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(authority.path("person.crt.pem"));
    let said = String::from_utf8(said.output().unwrap().stdout).unwrap().replace(':', "").to_lowercase();
    let ours: String = person.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(said.contains(&ours));
}

#[test]
fn every_way_of_writing_it_down_gives_the_same_certificate() {
    let authority = Authority::get();
    let person = authority.one("person.crt");
    let pem = String::from_utf8(authority.bytes("person.crt.pem")).unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(pem.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let crlf = format!("\u{FEFF}subject= Nguyễn\r\n{}", pem.replace('\n', "\r\n"));
    for bytes in [authority.bytes("person.der"), bare.into_bytes(), wide, crlf.into_bytes(), pem.repeat(3).into_bytes()]
    {
        let bundle = x509::read(Zeroizing::new(bytes)).unwrap();
        assert_eq!(bundle.certificates, std::slice::from_ref(&person));
    }
    let chain = authority.read("chain.p7b");
    assert_eq!(chain.certificates.len(), 2);
    assert_eq!(chain.subscriber(), Ok(&person));
    let two = authority.read("two.p7b");
    assert_eq!((two.certificates.len(), two.lists.len()), (2, 1));
    assert_eq!(two.subscriber(), Err(x509::NotOne::Several(2)));
    assert_eq!(authority.read("between.pem").subscriber(), Err(x509::NotOne::Authorities));
    assert_eq!(authority.read("now.crl").subscriber(), Err(x509::NotOne::None));
    assert_eq!(authority.read("now.der").lists[0].len(), 1);
}

#[test]
fn nothing_speaks_against_a_good_one() {
    let authority = Authority::get();
    for name in ["person.crt", "mailed.crt", "unit.crt", "machine.crt"] {
        assert_eq!(authority.findings(name, &["now.crl"]), [], "{name}");
    }
    assert_eq!(authority.findings("pss.crt", &[]), [Finding::NoList]);
}

#[test]
fn each_oddity_has_its_finding() {
    let authority = Authority::get();
    let midnight = AT.div_euclid(DAY) * DAY;
    let with_list = |name: &str| authority.findings(name, &["now.crl"]);
    assert_eq!(with_list("expired.crt"), [Finding::Expired { until: midnight - DAY }]);
    assert_eq!(with_list("future.crt"), [Finding::NotYetValid { from: midnight + 10 * DAY }]);
    assert_eq!(with_list("enciphering.crt"), [Finding::NotForSigning]);
    assert_eq!(with_list("constrained.crt"), [Finding::UnknownCritical { oid: "1.3.6.1.4.1.99999.1".to_owned() }]);
    assert_eq!(with_list("small.crt"), [Finding::WeakKey { bits: 1024 }]);
    assert_eq!(with_list("sha1.crt"), [Finding::WeakSignature, Finding::NoList]);
    assert_eq!(with_list("strange.crt"), [Finding::IssuerUnknown]);
    // its key is that of another certificate at hand, which no list speaks for
    assert_eq!(with_list("own.crt"), [Finding::SelfSigned, Finding::NoList]);
    assert_eq!(with_list("usurped.crt"), [Finding::NotAnAuthority, Finding::NoList]);
    assert_eq!(with_list("deep.crt"), [Finding::NotAnAuthority, Finding::NoList], "one authority too many in a row");
    assert_eq!(with_list("between"), [Finding::Authority, Finding::NotForSigning, Finding::NoList]);
}

#[test]
fn revocation_is_told_by_the_newest_list_of_its_own_authority() {
    let authority = Authority::get();
    let [Finding::Revoked { since, reason: Reason::KeyCompromise }] =
        authority.findings("revoked.crt", &["before.crl", "now.crl"])[..]
    else {
        panic!("{:?}", authority.findings("revoked.crt", &["before.crl", "now.crl"]))
    };
    // openssl dates a revocation by its own clock
    assert!(since > 1_700_000_000);
    let midnight = AT.div_euclid(DAY) * DAY;
    assert_eq!(authority.findings("revoked.crt", &["before.crl"]), [Finding::OldList { next: midnight - 30 * DAY }]);
    assert_eq!(authority.findings("person.crt", &[]), [Finding::NoList]);
    // a list whose bytes were changed speaks of nobody
    let mut bytes = authority.bytes("now.der");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let lists = x509::read_list(Zeroizing::new(bytes)).unwrap().lists;
    let (roots, between) = ([authority.one("root")], [authority.one("between")]);
    let question = |certificate| Question {
        at: AT,
        certificate,
        between: &between,
        roots: &roots,
        lists: &lists,
        answers: &[],
        expected: None,
    };
    assert_eq!(judge(&question(&authority.one("revoked.crt"))), [Finding::NoList]);
}

#[test]
fn a_certificate_tells_where_its_authority_is_asked() {
    let authority = Authority::get();
    let addressed = authority.one("addressed.crt");
    assert_eq!(addressed.list_address().as_deref(), Some("http://crl.ca.example/list.crl"));
    assert_eq!(addressed.status_address().as_deref(), Some("http://ocsp.ca.example/"));
    let person = authority.one("person.crt");
    assert_eq!((person.list_address(), person.status_address()), (None, None));
}

#[test]
fn an_authority_that_is_asked_tells_of_a_revocation() {
    let authority = Authority::get();
    let (between, person, revoked) =
        (authority.one("between"), authority.one("person.crt"), authority.one("revoked.crt"));
    // openssl dates an answer by its own clock
    let later = 2_000_000_000;
    for signer in [("between", "between"), ("answering.crt", "p256")] {
        let read = |name| StatusAnswer::read(&authority.answer(name, signer)).unwrap();
        let (good, bad) = (read("person.crt"), read("revoked.crt"));
        let status = good.of(&person, &between, later).unwrap();
        assert_eq!(status.revoked, None);
        assert_eq!(status.next, Some(status.made + 7 * DAY));
        let told = bad.of(&revoked, &between, later).unwrap().revoked;
        assert!(matches!(told, Some((_, Reason::KeyCompromise))), "{told:?}");
        // of another one, and before it was made, it says nothing
        assert_eq!((good.of(&revoked, &between, later), good.of(&person, &between, AT - 900 * DAY)), (None, None));
        assert_eq!(good.of(&person, &authority.one("root"), later), None);
        let roots = [authority.one("root")];
        let question = Question {
            at: later,
            certificate: &revoked,
            between: std::slice::from_ref(&between),
            roots: &roots,
            lists: &[],
            answers: &[good.clone(), bad],
            expected: None,
        };
        let findings = judge(&question);
        assert!(
            findings.iter().any(|it| matches!(it, Finding::Revoked { reason: Reason::KeyCompromise, .. })),
            "{findings:?}"
        );
    }
    // one whom the authority did not let answer
    let usurped = authority.answer("person.crt", ("person.crt", "person"));
    assert_eq!(StatusAnswer::read(&usurped).unwrap().of(&person, &between, later), None);
    // one that was changed anywhere
    let whole = authority.answer("person.crt", ("between", "between"));
    let good = StatusAnswer::read(&whole).unwrap().of(&person, &between, later);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let told = StatusAnswer::read(&bytes).and_then(|it| it.of(&person, &between, later));
        assert!(told.is_none() || told == good, "byte {at}: {told:?}");
        assert!(StatusAnswer::read(&whole[..at]).is_none());
    }
    // the authority has no time
    assert!(StatusAnswer::read(&[0x30, 0x03, 0x0A, 0x01, 0x03]).is_none());
}

#[test]
fn without_the_right_roots_nobody_vouches() {
    let authority = Authority::get();
    let person = authority.one("person.crt");
    let all = [authority.one("root"), authority.one("between")];
    let question = |between, roots| Question {
        at: AT,
        certificate: &person,
        between,
        roots,
        lists: &[],
        answers: &[],
        expected: None,
    };
    assert_eq!(judge(&question(&all, &[])), [Finding::NoRoots, Finding::NoList]);
    assert_eq!(judge(&question(&[], &all[..1])), [Finding::IssuerUnknown]);
    let stranger = [authority.one("stranger")];
    assert_eq!(judge(&question(&all, &stranger)), [Finding::UntrustedRoot, Finding::NoList]);
    // an authority below a root may be trusted by itself
    assert_eq!(judge(&question(&[], &all[1..])), [Finding::NoList]);
    // and nothing is in force before its authority
    let early = Question { at: AT - 350 * DAY, ..question(&all[1..], &all[..1]) };
    assert!(judge(&early).contains(&Finding::IssuerOver));
}

#[test]
fn a_changed_byte_is_a_bad_signature() {
    let authority = Authority::get();
    let mut der = authority.bytes("person.der");
    let name = "Nguyễn Văn An".as_bytes();
    let place = der.windows(name.len()).position(|window| window == name).unwrap();
    der[place + name.len() - 1] = b'm';
    let forged = x509::read(Zeroizing::new(der)).unwrap().certificates.remove(0);
    assert_eq!(forged.subject().title(), "Nguyễn Văn Am");
    let (roots, between) = ([authority.one("root")], [authority.one("between")]);
    let question = Question {
        at: AT,
        certificate: &forged,
        between: &between,
        roots: &roots,
        lists: &[],
        answers: &[],
        expected: None,
    };
    assert_eq!(judge(&question), [Finding::BadSignature]);
    assert!(judge(&question).iter().all(Finding::refuses));
}

#[test]
fn whose_it_is_is_compared() {
    let authority = Authority::get();
    let findings = |name: &str, expected: Expected<'_>| expected.findings(&authority.one(name));
    let units = ["Sở Nội vụ", "UBND thành phố Huế"];
    let person = |name, citizen, email| Expected::Person { name, citizen, email, units: &units };
    assert_eq!(findings("mailed.crt", person("Nguyễn Văn An", Some("046088001234"), Some("an.nguyen@hue.gov.vn"))), []);
    assert_eq!(
        findings("person.crt", person("NGUYEN VAN AN", Some("046088001234"), None)),
        [Finding::NameWithoutMarks]
    );
    assert_eq!(
        findings("mailed.crt", person("Nguyễn Văn Ân", Some("046088001235"), Some("b@hue.gov.vn"))),
        [Finding::NameDiffers, Finding::CitizenNumberDiffers, Finding::EmailDiffers]
    );
    assert_eq!(
        findings(
            "person.crt",
            Expected::Person { name: "Nguyễn Văn An", citizen: None, email: None, units: &["Sở Y tế"] }
        ),
        [Finding::UnitDiffers]
    );
    assert_eq!(findings("unit.crt", person("Sở Nội vụ", Some("046088001234"), None)), [Finding::NoCitizenNumber]);
    let unit = |names| Expected::Organisation { names, code: Some("H57.10") };
    assert_eq!(findings("unit.crt", unit(&["Sở Nội vụ"])), []);
    assert_eq!(findings("unit.crt", unit(&["Sở Y tế"])), [Finding::NameDiffers]);
    assert_eq!(findings("machine.crt", Expected::Device { units: &units }), []);
}

#[test]
fn a_secret_key_is_refused_in_every_wrapping() {
    let authority = Authority::get();
    let at = authority.folder.path();
    let sealed: &[&str] = &["-aes256", "-passout", "pass:x"];
    let run = |arguments: &[&str]| openssl(at, arguments);
    run(&[&["pkey", "-in", "person.key", "-out", "sealed.pem"], sealed].concat());
    run(&["pkey", "-in", "person.key", "-outform", "DER", "-out", "pkcs1.der", "-traditional"]);
    run(&["pkey", "-in", "person.key", "-out", "pkcs1.pem", "-traditional"]);
    run(&[&["pkey", "-in", "person.key", "-out", "pkcs1-sealed.pem", "-traditional"], sealed].concat());
    run(&["pkcs8", "-topk8", "-nocrypt", "-in", "person.key", "-outform", "DER", "-out", "pkcs8.der"]);
    run(&["pkcs8", "-topk8", "-in", "person.key", "-outform", "DER", "-out", "sealed.der", "-passout", "pass:x"]);
    run(&[
        "pkcs8",
        "-topk8",
        "-v1",
        "PBE-SHA1-3DES",
        "-in",
        "person.key",
        "-outform",
        "DER",
        "-out",
        "old.der",
        "-passout",
        "pass:x",
    ]);
    run(&["pkey", "-in", "p256.key", "-outform", "DER", "-out", "sec1.der", "-traditional"]);
    run(&["pkey", "-in", "p256.key", "-out", "sec1.pem", "-traditional"]);
    run(&["pkey", "-in", "ed25519.key", "-outform", "DER", "-out", "ed25519.der"]);
    run(&[
        "pkcs12",
        "-export",
        "-inkey",
        "person.key",
        "-in",
        "person.crt.pem",
        "-out",
        "person.p12",
        "-passout",
        "pass:x",
    ]);
    run(&["genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-out", "dsa.params"]);
    run(&["genpkey", "-paramfile", "dsa.params", "-out", "dsa.key"]);
    run(&["pkey", "-in", "dsa.key", "-outform", "DER", "-out", "dsa.der", "-traditional"]);
    let mut files: Vec<(Vec<u8>, Wrapping)> = [
        ("person.key", Wrapping::Pkcs8),
        ("pkcs8.der", Wrapping::Pkcs8),
        ("ed25519.key", Wrapping::Pkcs8),
        ("ed25519.der", Wrapping::Pkcs8),
        ("sealed.pem", Wrapping::Pkcs8Encrypted),
        ("sealed.der", Wrapping::Pkcs8Encrypted),
        ("old.der", Wrapping::Pkcs8Encrypted),
        ("pkcs1.der", Wrapping::Pkcs1),
        ("pkcs1.pem", Wrapping::Pkcs1),
        ("dsa.der", Wrapping::Pkcs1),
        ("pkcs1-sealed.pem", Wrapping::Other),
        ("sec1.der", Wrapping::Sec1),
        ("sec1.pem", Wrapping::Sec1),
        ("person.p12", Wrapping::Pkcs12),
    ]
    .map(|(name, wrapping)| (authority.bytes(name), wrapping))
    .into();
    let text = |name: &str| String::from_utf8(authority.bytes(name)).unwrap();
    // behind a certificate, without its label, with the label of a certificate, as Notepad writes it, torn off
    files.push((format!("{}{}", text("person.crt.pem"), text("person.key")).into_bytes(), Wrapping::Pkcs8));
    let bare: String = text("pkcs1.pem").lines().filter(|line| !line.starts_with("-----")).collect();
    files.push((bare.into_bytes(), Wrapping::Pkcs1));
    files.push((text("person.key").replace("PRIVATE KEY", "CERTIFICATE").into_bytes(), Wrapping::Pkcs8));
    files.push((text("person.key").encode_utf16().flat_map(u16::to_le_bytes).collect(), Wrapping::Pkcs8));
    files.push((text("sec1.pem").as_bytes()[..60].to_vec(), Wrapping::Sec1));
    files.push((authority.bytes("pkcs8.der")[..200].to_vec(), Wrapping::Pkcs8));
    files.push(([text("person.key").as_bytes(), &[0xFF, 0x00]].concat(), Wrapping::Other));
    files.push((
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----".to_vec(),
        Wrapping::OpenSsh,
    ));
    files.push((b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=".to_vec(), Wrapping::OpenSsh));
    files.push((b"PuTTY-User-Key-File-3: ssh-rsa\n".to_vec(), Wrapping::Putty));
    files.push((vec![0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], Wrapping::JavaKeyStore));
    files.push((br#"{ "kty": "EC", "crv": "P-256", "x": "a", "d": "b" }"#.to_vec(), Wrapping::Jwk));
    files.push((b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n".to_vec(), Wrapping::Other));
    // BER of indefinite length, as some programs write PKCS #12
    files
        .push((b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01".to_vec(), Wrapping::Pkcs12));
    for (at, (bytes, wrapping)) in files.into_iter().enumerate() {
        let long = [bytes.as_slice(), &vec![b'\n'; x509::MAX_FILE]].concat();
        assert_eq!(x509::read(Zeroizing::new(bytes)).map(|_| ()), Err(Refused::SecretKey(wrapping)), "{at}");
        if wrapping == Wrapping::Pkcs8Encrypted || wrapping == Wrapping::Pkcs12 {
            assert!(wrapping.has_password());
        }
        // however long what follows is
        let refused = x509::read(Zeroizing::new(long)).map(|_| ()).unwrap_err();
        assert!(matches!(refused, Refused::SecretKey(_)), "{at}: {refused:?}");
    }
}

#[test]
fn what_is_no_certificate_is_told_apart() {
    let authority = Authority::get();
    openssl(authority.folder.path(), &["pkey", "-in", "person.key", "-pubout", "-out", "public.pem"]);
    openssl(
        authority.folder.path(),
        &["pkey", "-in", "person.key", "-pubout", "-outform", "DER", "-out", "public.der"],
    );
    openssl(authority.folder.path(), &["req", "-in", "person.crt.csr", "-outform", "DER", "-out", "request.der"]);
    let der = authority.bytes("person.der");
    let read = |bytes: &[u8]| x509::read(Zeroizing::new(bytes.to_vec())).map(|_| ());
    assert_eq!(read(&authority.bytes("person.crt.csr")), Err(Refused::Request));
    assert_eq!(read(&authority.bytes("request.der")), Err(Refused::Request));
    assert_eq!(read(&authority.bytes("public.pem")), Err(Refused::PublicKey));
    assert_eq!(read(&authority.bytes("public.der")), Err(Refused::PublicKey));
    assert_eq!(read(b""), Err(Refused::Empty));
    assert_eq!(read(b" \r\n"), Err(Refused::Empty));
    assert_eq!(read("đây là thư".as_bytes()), Err(Refused::Other));
    assert_eq!(read(b"%PDF-1.7\n\x00\x01"), Err(Refused::Other));
    assert_eq!(read(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"), Err(Refused::Damaged));
    assert_eq!(read(&[der.as_slice(), b"x"].concat()), Err(Refused::Damaged));
    assert_eq!(read(&der[..der.len() - 5]), Err(Refused::Damaged));
    assert_eq!(read(&vec![b'A'; x509::MAX_FILE + 1]), Err(Refused::TooLong { most: x509::MAX_FILE }));
}

#[test]
fn no_change_of_a_byte_breaks_anything() {
    let authority = Authority::get();
    let (roots, between) = ([authority.one("root")], [authority.one("between")]);
    let unchanged = [authority.one("person.crt"), authority.one("unit.crt")];
    for name in ["person.der", "two.p7b", "now.der"] {
        let whole = authority.bytes(name);
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << (place % 8);
            let Ok(bundle) = x509::read(Zeroizing::new(bytes)) else { continue };
            let Some(certificate) = bundle.certificates.iter().find(|one| !unchanged.contains(one)) else { continue };
            let question = Question {
                at: AT,
                certificate,
                between: &between,
                roots: &roots,
                lists: &bundle.lists,
                answers: &[],
                expected: None,
            };
            // whatever was changed, nobody vouches for it
            assert!(judge(&question).iter().any(|finding| *finding != Finding::NoList), "{name} at {place}");
        }
    }
}
