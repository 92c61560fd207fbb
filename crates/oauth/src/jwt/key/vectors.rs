//! The worked examples of the RFCs, and the shapes in which keys come.

use super::*;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::json;

/// The payload of RFC 7515, appendices A.2 and A.3, as it stands in the signing input.
const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
/// RFC 7515, appendix A.3.
const P256: [&str; 3] = [
    "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
];

/// n, d, p, q, dp, dq, qi of the key of RFC 7515, appendix A.2.
const RSA: [&str; 7] = [
    "\
        ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgN\
        MsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xs\
        mtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "\
        Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1\
        O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4e\
        hNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
    "\
        4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmn\
        PGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    "\
        uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-Tn\
        BA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
    "\
        BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2z\
        b34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
    "\
        h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-k\
        yNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
    "\
        IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPL\
        UW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
];

const RSA_SIGNATURE: &str = "\
    cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcA\
    cQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHW\
    EsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

const THUMBPRINT_MODULUS: &str = "\
    0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn6\
    4tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9\
    1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn signed(key: &SigningKey, header: Value, claims: &Value) -> Secret {
    key.sign(header, claims).expect("a key that signs")
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// PEM with any label; the parts are put together here, so that no file holds anything like a key.
fn pem(label: &str, der: &[u8]) -> Secret {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    Secret::new(format!(
        "-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\r\n",
        lines.join("\r\n")
    ))
}

/// One DER value. Lengths up to 65535.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("short");
    let [high, low] = length.to_be_bytes();
    let head = match length {
        ..128 => vec![tag, low],
        128..256 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}

fn integer(value: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if value.first().is_some_and(|first| *first >= 128) {
        &[0]
    } else {
        &[]
    };
    der(2, &[sign, value].concat())
}

fn pkcs1() -> Vec<u8> {
    let [n, d, p, q, dp, dq, qi] = RSA.map(|part| integer(&bytes(part)));
    der(
        0x30,
        &[integer(&[0]), n, integer(&[1, 0, 1]), d, p, q, dp, dq, qi].concat(),
    )
}

fn pkcs8(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    der(
        0x30,
        &[integer(&[0]), der(0x30, algorithm), der(4, key)].concat(),
    )
}

const RSA_OID: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const EC_OID: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256_OID: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384_OID: &[u8] = &[6, 5, 0x2b, 0x81, 4, 0, 0x22];
const ED25519_OID: &[u8] = &[6, 3, 0x2b, 0x65, 0x70];

/// SEC1, with the curve outside (PKCS #8) or inside.
fn sec1(scalar: &[u8], curve: Option<&[u8]>) -> Vec<u8> {
    let curve = curve.map(|curve| der(0xa0, curve)).unwrap_or_default();
    der(0x30, &[integer(&[1]), der(4, scalar), curve].concat())
}

fn verify(key: &SigningKey, token: &Secret) -> bool {
    let (input, signature) = token.expose().rsplit_once('.').expect("three parts");
    let (jwk, signature) = (key.jwk(), bytes(signature));
    let member = |name: &str| bytes(jwk[name].as_str().expect("a string"));
    let verified = match key.alg() {
        "ES256" => UnparsedPublicKey::new(
            &ECDSA_P256_SHA256_FIXED,
            [vec![4], member("x"), member("y")].concat(),
        )
        .verify(input.as_bytes(), &signature),
        "EdDSA" => UnparsedPublicKey::new(&ring::signature::ED25519, member("x"))
            .verify(input.as_bytes(), &signature),
        _ => ring::signature::RsaPublicKeyComponents {
            n: member("n"),
            e: member("e"),
        }
        .verify(
            &ring::signature::RSA_PKCS1_2048_8192_SHA256,
            input.as_bytes(),
            &signature,
        ),
    };
    verified.is_ok()
}

/// RFC 7515, appendix A.2, and the same key in both of its files.
#[test]
fn rs256_is_the_rfcs_own_signature() {
    for pem in [
        pem("RSA PRIVATE KEY", &pkcs1()),
        pem("PRIVATE KEY", &pkcs8(RSA_OID, &pkcs1())),
    ] {
        let key = SigningKey::from_pem(&pem).expect("an RSA key");
        let input = format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(key.signature(input.as_bytes()).expect("a signature")),
            RSA_SIGNATURE
        );
        assert_eq!(key.jwk(), json!({"kty": "RSA", "n": RSA[0], "e": "AQAB"}));
        assert!(verify(
            &key,
            &signed(&key, json!({}), &json!({"iss": "joe"}))
        ));
    }
}

/// RFC 7515, appendix A.3: the public half of its key; RFC 6979, appendix A.2.5: the signature.
#[test]
fn es256_is_the_rfcs_own_signature() {
    let key = SigningKey::from_secret(&Secret::new(P256[0])).expect("the RFC's key");
    assert_eq!(
        key.jwk(),
        json!({"kty": "EC", "crv": "P-256", "x": P256[1], "y": P256[2]})
    );
    assert!(verify(
        &key,
        &Secret::new(format!(
            "eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ))
    ));
    let sample =
        SigningKey::from_secret(&Secret::new("ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE"))
            .expect("the RFC's key");
    assert_eq!(
        URL_SAFE_NO_PAD.encode(sample.signature(b"sample").expect("a signature")),
        "79SLKqy2qP0RQN2c1F6B1p0sh3tWqvmRw00OqE6vNxb3yxyULWV8QdQ2x6G24p9l8-kA27mv9AZNxKsvhDrNqA"
    );
    assert_eq!(
        signed(&key, json!({}), &json!({})),
        signed(&key, json!({}), &json!({})),
        "RFC 6979: no random part"
    );
    assert!(verify(
        &key,
        &signed(&key, json!({"typ": "JWT"}), &json!({"a": 1}))
    ));
}

/// RFC 8037, appendices A.1, A.3 and A.4.
#[test]
fn eddsa_is_the_rfcs_own_signature() {
    let seed = der(4, &bytes("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
    let key = SigningKey::from_pem(&pem("PRIVATE KEY", &pkcs8(ED25519_OID, &seed)))
        .expect("an Ed25519 key");
    assert_eq!(
        key.jwk(),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    );
    assert_eq!(
        key.thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
    assert_eq!(
        URL_SAFE_NO_PAD.encode(
            key.signature(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")
                .expect("a signature")
        ),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
    assert!(verify(&key, &signed(&key, json!({}), &json!({}))));
}

/// RFC 7638 §3.1.
#[test]
fn the_thumbprint_is_the_rfcs_own() {
    let members = [
        ("kty", "RSA".to_owned()),
        ("n", THUMBPRINT_MODULUS.to_owned()),
        ("e", "AQAB".to_owned()),
    ];
    assert_eq!(
        thumbprint(&members.into()),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn p256_keys_are_read_in_each_of_their_files() {
    let scalar = bytes(P256[0]);
    let openssl = format!(
        "{}{}",
        pem("EC PARAMETERS", P256_OID).expose(),
        pem("EC PRIVATE KEY", &sec1(&scalar, Some(P256_OID))).expose()
    );
    for pem in [
        pem(
            "PRIVATE KEY",
            &pkcs8(&[EC_OID, P256_OID].concat(), &sec1(&scalar, None)),
        ),
        pem("EC PRIVATE KEY", &sec1(&scalar, Some(P256_OID))),
        Secret::new(openssl.replace("\r\n", "\\n")),
        Secret::new(openssl),
    ] {
        let key = SigningKey::from_pem(&pem).expect("a P-256 key");
        assert_eq!(
            (key.alg(), key.jwk()["x"].as_str()),
            ("ES256", Some(P256[1]))
        );
        let again = SigningKey::from_secret(&key.to_secret().expect("a P-256 key"))
            .expect("what was stored");
        assert_eq!(again.thumbprint(), key.thumbprint());
    }
}

#[test]
fn what_is_no_usable_key_says_what_it_is() {
    let p384 = pkcs8(&[EC_OID, P384_OID].concat(), &sec1(&[7; 48], None));
    let small = der(
        0x30,
        &[integer(&[0]), integer(&[0x7f; 128]), integer(&[1, 0, 1])].concat(),
    );
    for (given, expected) in [
        (Secret::new(""), KeyError::NotPem),
        (Secret::new("-----BEGIN "), KeyError::NotPem),
        (
            Secret::new("-----BEGIN PRIVATE KEY-----AAAA"),
            KeyError::NotPem,
        ),
        (
            Secret::new("-----BEGIN PRIVATE KEY-----".repeat(9000)),
            KeyError::NotPem,
        ),
        (pem("CERTIFICATE", &[1]), KeyError::Public),
        (pem("PUBLIC KEY", &[1]), KeyError::Public),
        (pem("ENCRYPTED PRIVATE KEY", &[1]), KeyError::Encrypted),
    ] {
        assert_eq!(SigningKey::from_pem(&given).map(|_| ()), Err(expected));
    }
    for given in [
        pem("PRIVATE KEY", &p384),
        pem("OPENSSH PRIVATE KEY", &[1]),
        pem("PRIVATE KEY", &pkcs8(&[6, 1, 0x2a], &[1])),
    ] {
        assert!(
            matches!(SigningKey::from_pem(&given), Err(KeyError::Unsupported(_))),
            "{:?}",
            SigningKey::from_pem(&given)
        );
    }
    for given in [
        pem("PRIVATE KEY", &[0x30, 0x82, 0xff]),
        pem("RSA PRIVATE KEY", &small),
        pem("PRIVATE KEY", &pkcs8(RSA_OID, &[1])),
        pem("PRIVATE KEY", &pkcs8(ED25519_OID, &[4, 1, 1])),
        Secret::new("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----"),
    ] {
        assert!(
            matches!(SigningKey::from_pem(&given), Err(KeyError::Damaged(_))),
            "{:?}",
            SigningKey::from_pem(&given)
        );
    }
}

#[test]
fn random_bytes_become_a_key_or_none() {
    assert!(
        SigningKey::from_random([0; 32]).is_none() && SigningKey::from_random([0xff; 32]).is_none()
    );
    let key = SigningKey::from_random([7; 32]).expect("a key");
    assert_eq!(format!("{key:?}"), "[ES256 key]");
    for damaged in ["", "AAAA", "!", &URL_SAFE_NO_PAD.encode([0xff; 32])] {
        assert!(SigningKey::from_secret(&Secret::new(damaged)).is_err());
    }
}

#[test]
fn the_header_names_the_algorithm_of_the_key() {
    let key = SigningKey::from_random([7; 32]).expect("a key");
    let token = signed(
        &key,
        json!({"alg": "none", "typ": "JWT"}),
        &json!({"sub": "a"}),
    );
    let parts: Vec<Value> = token
        .expose()
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&bytes(part)).expect("JSON"))
        .collect();
    assert_eq!(
        parts,
        [json!({"alg": "ES256", "typ": "JWT"}), json!({"sub": "a"})]
    );
}
