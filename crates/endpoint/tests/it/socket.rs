//! The Unix socket and the ports: ours, or not there; and one host of a vault serves.

use crate::http::{FORM, send, send_unix};
use crate::setup::{Person, broker_on, options};
use broker::{Broker, SystemClock};
use endpoint::{Endpoint, Options, Status};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

const METADATA: &str = "/.well-known/oauth-authorization-server";

async fn broker(folder: &Path) -> Broker {
    broker_on(folder, Arc::new(SystemClock)).await
}

/// A private folder like the system's own runtime folder.
fn private(path: &Path) {
    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .expect("made");
}

/// Starts with this in the way, and says what became of the socket. TCP must be there all the same.
async fn start_with(folder: &Path) -> Status {
    let endpoint = endpoint::start(broker(folder).await, options(folder)).await;
    let status = endpoint.status();
    assert!(status.listening, "{status:?}");
    endpoint.stop().await;
    status
}

#[tokio::test]
async fn h1_the_socket_is_for_its_owner_and_goes_with_the_endpoint() {
    let person = Person::plain().await;
    let socket = person.socket();
    let mode = |path: &Path| {
        fs::symlink_metadata(path)
            .expect("there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(socket.parent().expect("a folder")), 0o700);
    assert_eq!(
        send_unix(&socket, "GET", METADATA, &[], "").await.status,
        200
    );
    let (port, folder) = (person.port, person.folder);
    person.endpoint.stop().await;
    assert!(!socket.exists(), "removed");
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err(),
        "closed"
    );
    assert!(
        tokio::net::TcpStream::connect(("::1", port)).await.is_err(),
        "closed"
    );
    drop(folder);
}

#[tokio::test]
async fn attack_l08_what_is_not_our_dead_socket_stays_and_is_named() {
    type Make = fn(&Path);
    let place = |make: Make| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        private(&folder.path().join("run"));
        make(&folder.path().join("run/endpoint.sock"));
        folder
    };
    let cases: [(Make, &str); 4] = [
        (
            |path| fs::write(path, "precious").expect("written"),
            "A file",
        ),
        (|path| fs::create_dir(path).expect("made"), "A folder"),
        (
            |path| symlink("/nowhere", path).expect("linked"),
            "A symbolic link",
        ),
        (
            |path| {
                let target = path.with_extension("other");
                drop(UnixListener::bind(&target).expect("bound"));
                symlink(target, path).expect("linked");
            },
            "A symbolic link",
        ),
    ];
    for (make, named) in cases {
        let folder = place(make);
        let path = folder.path().join("run/endpoint.sock");
        let before = fs::symlink_metadata(&path).expect("there");
        let status = start_with(folder.path()).await;
        assert_eq!(status.socket, None);
        let message = status.message.expect("why").to_string();
        assert!(
            message.contains(&format!("{named} is in the socket's place."))
                && message.contains("Gatelodge didn't touch it"),
            "{message}"
        );
        let after = fs::symlink_metadata(&path).expect("never removed");
        assert_eq!(
            (before.ino(), before.mtime_nsec()),
            (after.ino(), after.mtime_nsec())
        );
    }
}

#[tokio::test]
async fn attack_l08_a_folder_that_others_may_change_is_refused() {
    for mode in [0o777, 0o1777, 0o770, 0o702] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = folder.path().join("run");
        private(&run);
        fs::set_permissions(&run, fs::Permissions::from_mode(mode)).expect("opened up");
        let status = start_with(folder.path()).await;
        assert_eq!(status.socket, None, "{mode:o}");
        assert!(
            status
                .message
                .expect("why")
                .to_string()
                .contains("Other users can write"),
            "{mode:o}"
        );
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    private(&folder.path().join("elsewhere"));
    symlink(folder.path().join("elsewhere"), folder.path().join("run")).expect("linked");
    assert!(
        start_with(folder.path())
            .await
            .message
            .expect("why")
            .to_string()
            .contains("is a symbolic link")
    );

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (open, run) = (folder.path().join("open"), folder.path().join("open/run"));
    private(&open);
    private(&run);
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("opened up");
    let endpoint = endpoint::start(
        broker(folder.path()).await,
        Options {
            port: 0,
            socket: Some(run.join("s")),
        },
    )
    .await;
    assert!(
        endpoint
            .status()
            .message
            .expect("why")
            .to_string()
            .contains("Another user could replace")
    );
}

#[tokio::test]
async fn attack_l08_a_dead_socket_of_ours_is_replaced_and_a_living_one_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    private(&folder.path().join("run"));
    let path = folder.path().join("run/endpoint.sock");
    let living = UnixListener::bind(&path).expect("bound");
    let status = start_with(folder.path()).await;
    assert!(
        status.socket.is_none()
            && status
                .message
                .is_some_and(|message| message.to_string().contains("answers at the socket"))
    );
    assert!(path.exists());
    drop(living);
    let status = start_with(folder.path()).await;
    assert_eq!(
        (status.socket.as_deref(), status.message),
        (Some(path.as_path()), None)
    );
    assert!(!path.exists());
}

/// Another program put its own socket there while we served: it is not ours to remove.
#[tokio::test]
async fn attack_l08_at_the_end_only_our_own_socket_is_removed() {
    let person = Person::plain().await;
    let socket = person.socket();
    fs::remove_file(&socket).expect("removed");
    let other = UnixListener::bind(&socket).expect("bound");
    let folder = person.folder;
    person.endpoint.stop().await;
    assert!(socket.exists());
    drop((other, folder));
}

/// Needs another user, so root: everywhere else the rule itself is tested in `peer`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attack_l07_another_user_gets_nothing_even_with_a_good_key_and_an_open_socket() {
    if fs::metadata("/proc/self").is_ok_and(|own| own.uid() != 0) {
        return;
    }
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    // The way is laid open by hand, as an unlucky person might.
    let socket = person.socket();
    for (path, mode) in [
        (person.folder.path(), 0o755),
        (socket.parent().expect("a folder"), 0o755),
        (&socket, 0o666),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("opened up");
    }
    let body = person.body(&[]);
    let (key, port, length) = (agent.basic(), person.port, body.len());
    let request = format!(
        "POST /token HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\nauthorization: {key}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let ask = |uid: u32, target: String| {
        let request = request.clone();
        tokio::task::spawn_blocking(move || {
            let script = "import socket,sys\n\
                          family,target=sys.argv[1].split(' ',1)\n\
                          s=socket.socket(socket.AF_UNIX if family=='unix' else socket.AF_INET6 if family=='six' else socket.AF_INET)\n\
                          s.connect(target if family=='unix' else ('::1' if family=='six' else '127.0.0.1',int(target)))\n\
                          try:\n s.sendall(sys.argv[2].encode())\n while True:\n  d=s.recv(65536)\n  if not d: break\n  sys.stdout.write(d.decode())\n\
                          except OSError: pass\n";
            let command = Command::new("python3")
                .args(["-c", script, &target, &request])
                .current_dir("/")
                .uid(uid)
                .gid(uid)
                .output();
            let output = command.expect("python3 runs");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
    };
    for target in [
        format!("four {port}"),
        format!("six {port}"),
        format!("unix {}", socket.display()),
    ] {
        let ours = ask(0, target.clone()).await.expect("asked");
        assert!(ours.starts_with("HTTP/1.1 200"), "{target}: {ours}");
        let theirs = ask(65534, target.clone()).await.expect("asked");
        assert_eq!(theirs, "", "{target}");
    }
}

#[tokio::test]
async fn one_host_of_a_vault_serves_and_the_other_says_who() {
    let person = Person::plain().await;
    let second = endpoint::start(
        broker(person.folder.path()).await,
        options(person.folder.path()),
    )
    .await;
    let status = second.status();
    assert!(!status.listening);
    assert_eq!(
        status.loopback,
        Some(person.port),
        "a login's answer reaches the same vault there"
    );
    assert_eq!(status.socket.as_deref(), Some(person.socket().as_path()));
    let message = status.message.expect("why").to_string();
    assert!(
        message.contains(&format!("process {}", std::process::id())),
        "{message}"
    );
    second.stop().await;
    assert_eq!(
        send(person.port, "GET", METADATA, &[], "").await.status,
        200,
        "the first goes on"
    );
    assert!(person.socket().exists());
}

/// 1. Two hosts; the first serves. 2. It ends. 3. The second serves in its place, on the port that logins know.
#[tokio::test]
async fn when_the_host_that_serves_ends_another_takes_over() {
    let person = Person::plain().await;
    let (_, agent) = person.with_agent().await;
    let again = Options {
        port: person.port,
        ..options(person.folder.path())
    };
    let second = endpoint::start(
        broker_on(person.folder.path(), person.clock.clone()).await,
        again,
    )
    .await;
    let Person {
        broker,
        clock,
        endpoint,
        port,
        web,
        folder,
    } = person;
    endpoint.stop().await;
    let mut status = second.watch();
    let serves = status.wait_for(|status| status.listening);
    tokio::time::timeout(Duration::from_mins(1), serves)
        .await
        .expect("it takes over")
        .expect("it runs");
    let person = Person {
        broker,
        clock,
        endpoint: second,
        port,
        web,
        folder,
    };
    assert_eq!(person.ask(&agent).await.status, 200);
    assert_eq!(
        send_unix(&person.socket(), "POST", "/token", &[FORM], "")
            .await
            .status,
        401
    );
}

async fn started_beside(listener: &std::net::TcpListener) -> (tempfile::TempDir, Endpoint) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let port = listener.local_addr().expect("bound").port();
    let endpoint = endpoint::start(
        broker(folder.path()).await,
        Options {
            port,
            ..options(folder.path())
        },
    )
    .await;
    (folder, endpoint)
}

#[tokio::test]
async fn attack_l10_a_foreign_program_on_the_port_is_told_and_the_socket_serves() {
    let foreign = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (_folder, endpoint) = started_beside(&foreign).await;
    let status = endpoint.status();
    assert_eq!(
        (status.listening, status.loopback, status.address.as_ref()),
        (false, None, None)
    );
    let message = status.message.expect("why");
    assert_eq!(message.id(), "endpoint-port-in-use");
    let message = message.to_string();
    assert!(message.contains("GATELODGE_PORT"), "{message}");
    let socket = status.socket.expect("the socket");
    assert_eq!(
        send_unix(&socket, "GET", METADATA, &[], "").await.json()["issuer"],
        "http://localhost"
    );
}

#[tokio::test]
async fn f11_a_foreign_program_on_the_other_loopback_is_told() {
    let Ok(foreign) = std::net::TcpListener::bind("[::1]:0") else {
        return;
    };
    let (_folder, endpoint) = started_beside(&foreign).await;
    let status = endpoint.status();
    assert!(status.listening, "{status:?}");
    let message = status.message.expect("a warning").to_string();
    assert!(
        message.contains("[::1]") && message.contains("http://127.0.0.1:"),
        "{message}"
    );
    assert!(
        status
            .address
            .is_some_and(|address| address.starts_with("http://127.0.0.1:"))
    );
}

/// 1. Another program holds the port; the socket serves. 2. That program ends. 3. The port is ours, and everyone is told.
#[tokio::test]
async fn a_port_that_becomes_free_is_taken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let other = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let port = other.local_addr().expect("bound").port();
    let endpoint = endpoint::start(
        broker(folder.path()).await,
        Options {
            port,
            ..options(folder.path())
        },
    )
    .await;
    let mut changes = endpoint.watch();
    let status = changes.borrow_and_update().clone();
    let message = status.message.expect("it is told").to_string();
    assert!(
        !status.listening && status.loopback.is_none() && message.contains("by itself"),
        "{message}"
    );
    let socket = status.socket.expect("the socket serves meanwhile");
    assert_eq!(
        send_unix(&socket, "GET", METADATA, &[], "").await.status,
        200
    );
    drop(other);
    tokio::time::timeout(Duration::from_mins(1), changes.changed())
        .await
        .expect("in time")
        .expect("it goes on");
    let status = endpoint.status();
    assert!(
        status.listening && status.message.is_none() && status.loopback == Some(port),
        "{status:?}"
    );
    let reply = send(port, "GET", METADATA, &[], "").await;
    assert!(
        reply.status == 200 && reply.body.contains(&format!("127.0.0.1:{port}/token")),
        "{}",
        reply.body
    );
    endpoint.stop().await;
}

/// Before a key is written: whose socket it is, and who could have put another there.
#[tokio::test]
async fn attack_l08_a_socket_that_others_could_have_put_there_is_not_dialled() {
    let person = Person::plain().await;
    let socket = person.socket();
    drop(endpoint::dial(&socket).await.expect("ours"));
    let folder = socket.parent().expect("a folder");
    for mode in [0o777, 0o770, 0o702] {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("set");
        let error = endpoint::dial(&socket)
            .await
            .expect_err("others may write there");
        assert_eq!(
            error.code(),
            model::Code::EndpointUnavailable,
            "{mode:o}: {error}"
        );
    }
    let link = person.folder.path().join("linked");
    symlink(folder, &link).expect("linked");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("set");
    endpoint::dial(&link.join("endpoint.sock"))
        .await
        .expect_err("a link is no folder of ours");
    let absent = endpoint::dial(&folder.join("other.sock"))
        .await
        .expect_err("nothing is there");
    assert_eq!(absent.code(), model::Code::Unreachable);
}

/// Another user's folder, a socket of theirs in ours, and a folder above that they could put another in.
#[tokio::test]
async fn attack_l08_a_socket_of_another_user_is_not_dialled() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let person = Person::plain().await;
    let socket = person.socket();
    let folder = socket.parent().expect("a folder");
    let give = |path: &Path, uid: u32| chown(path, Some(uid), None).expect("given");
    for theirs in [folder, socket.as_path()] {
        give(theirs, 65534);
        let error = endpoint::dial(&socket).await.expect_err("another user's");
        assert_eq!(
            error.code(),
            model::Code::EndpointUnavailable,
            "{}: {error}",
            theirs.display()
        );
        give(theirs, 0);
    }
    let above = person.folder.path();
    fs::set_permissions(above, fs::Permissions::from_mode(0o777)).expect("set");
    let error = endpoint::dial(&socket)
        .await
        .expect_err("anybody could put another folder there");
    assert!(error.to_string().contains("could replace"), "{error}");
    fs::set_permissions(above, fs::Permissions::from_mode(0o700)).expect("set");
    drop(endpoint::dial(&socket).await.expect("ours"));
}
