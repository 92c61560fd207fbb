# shellcheck shell=bash
# Installs what is missing, and touches neither network nor system where nothing is.

# Each of these is brought at one version, whatever is the newest: npm's by a lockfile, Rust's by this number. What apt
# brings is the distribution's choice, and rustup itself has no versions to choose from.
#
# What Vite asks for; dev.d/node says what is brought where the distribution has an older one.
readonly NODE=20.19 RUST_BROUGHT=1.95.0
NODE_PACKAGE=node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
readonly NODE_PACKAGE

# $1: run, or test for the test packages as well.
setup() {
    PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    system_packages "$1"
    rust "$1"
    node
    node_packages ui
}

system_packages() {
    local wanted missing=() package why
    wanted=$(run_packages)
    [ "$1" = run ] || wanted+=$'\n'$(test_packages)
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say 'This is neither Debian nor Ubuntu, so nothing is installed here. Gatelodge needs what these packages hold:' "$wanted"
        return
    fi
    while read -r package why; do
        installed "$package" && continue
        [ ${#missing[@]} -gt 0 ] || say 'These packages are missing and are installed through apt-get:'
        say "  $(printf '%-28s %s' "$package" "$why")"
        missing+=("$package")
    done <<<"$wanted"
    [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_install() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "not root, and there is no sudo. As root: apt-get install --no-install-recommends $*"
        as_root=(sudo)
        # Without a terminal nobody can type a password.
        [ -t 0 ] || as_root+=(--non-interactive)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    "${as_root[@]}" apt-get update --quiet=2 || say 'apt-get update failed; going on with the lists that are here.'
    "${as_root[@]}" apt-get install --yes --quiet=2 --no-install-recommends "$@" >/dev/null ||
        die "apt-get could not install: $*"
}

# at_least WANTED HAVE, as versions.
at_least() {
    [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]
}

apt_offers() {
    command -v apt-cache >/dev/null && apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9][^ ]*\)$/\1/p' | sed 's/^[0-9]*://'
}

rust() {
    local wanted have=none
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    have=$(rust_version)
    if ! at_least "$wanted" "$have"; then
        install_rust "$wanted" "$have"
        hash -r
        have=$(rust_version)
        at_least "$wanted" "$have" || die "Rust $wanted or newer is needed, and cargo here is still $have."
    fi
    [ "$1" = run ] || rust_components
}

# Zero if there is none, or one that rustup has no toolchain for.
rust_version() {
    local version
    version=$(cargo --version 2>/dev/null | cut -d ' ' -f 2) || version=
    echo "${version:-0}"
}

install_rust() {
    local wanted=$1 have=$2
    if ! command -v rustup >/dev/null && [ -n "$(apt_offers rustup)" ]; then
        say "Rust $wanted or newer is missing; the distribution has rustup, which brings it."
        apt_install rustup
    fi
    if command -v rustup >/dev/null; then
        rustup toolchain install "$RUST_BROUGHT" --profile minimal --component rustfmt --component clippy
        rustup default "$RUST_BROUGHT"
    elif [ -n "$YES" ] || agreed "Rust $wanted or newer is missing. Install it with rustup's own installer from https://rustup.rs now?"; then
        command -v curl >/dev/null || apt_install curl
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --no-modify-path --default-toolchain "$RUST_BROUGHT" --profile minimal --component rustfmt --component clippy
    else
        die "Rust $wanted or newer is needed (here: ${have/#0/none}) and the distribution has none. rustup brings it:
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
or say \`./dev --yes COMMAND\` and it is done for you."
    fi
}

rust_components() {
    local tool
    for tool in fmt clippy; do
        cargo "$tool" --version >/dev/null 2>&1 && continue
        if command -v rustup >/dev/null; then
            rustup component add rustfmt clippy
        else
            die "cargo $tool is missing: it comes from where this Rust came from (Debian: rustfmt and rust-clippy)."
        fi
    done
}

agreed() {
    local answer
    [ -t 0 ] || return 1
    read -r -p "$1 [y/N] " answer
    [ "$answer" = y ] || [ "$answer" = Y ]
}

# The distribution's Node where it is new enough; else a newer one, which is an npm package, into dev.d/node.
node() {
    local have
    use_brought_node
    have=$(node_version)
    if ! at_least "$NODE" "$have"; then
        [ "$have" != 0 ] || say "Node is missing; the distribution has $(apt_offers nodejs)."
        command -v npm >/dev/null || apt_install nodejs npm
        if ! at_least "$NODE" "$(node_version)"; then
            say "Node $NODE or newer is needed and the distribution's is $(node_version); npm brings a newer one into dev.d/node."
            node_packages dev.d/node >/dev/null || true
            use_brought_node
        fi
        at_least "$NODE" "$(node_version)" || die "Node $NODE or newer is needed to build the window's pages, and none could be had here.
https://nodejs.org/en/download has it for every system; run this again when \`node --version\` says so."
    fi
    # Debian's nodejs comes without.
    command -v npm >/dev/null || apt_install npm
}

use_brought_node() {
    local here=$PWD/dev.d/node/node_modules/$NODE_PACKAGE/bin
    [ ! -x "$here/node" ] || export PATH="$here:$PATH"
}

# Zero if there is none.
node_version() {
    local version
    hash -r
    version=$(command node --version 2>/dev/null) || version=v0
    echo "${version#v}"
}

# `npm ci` in folder $1, unless what is installed is newer than the lockfile. npm writes the second file last.
node_packages() {
    if [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
        return
    fi
    npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts
}
