# shellcheck shell=bash
# The stages of ./dev test. Each has a time limit and no standard input, leaves no process behind, and fails alone.

# name | seconds | how its tests are counted | command
# A limit is several times what the stage takes from nothing on two cores.
stages() {
    cat <<END
fmt         |  120 | check   | rust_format
tidy        | 1200 | check   | cargo xtask tidy
locks       |  600 | check   | cargo xtask locks
install     | 1800 | check   | cargo xtask locks --install
rules       | 1200 | check   | cargo xtask rules --check
shell       |  120 | check   | shell_scripts
python      |  120 | check   | python_files
pages       |  300 | check   | npm --prefix ui run --silent build
clippy      | 2700 | check   | cargo clippy --locked ${WORKSPACE[*]} --all-targets -- -D warnings
docs        | 1200 | check   | env RUSTDOCFLAGS=-Dwarnings cargo doc --locked ${WORKSPACE[*]} --no-deps --document-private-items
ui-check    |  300 | check   | npm --prefix ui run --silent check -- --output machine
ui-lint     |  300 | check   | pages_lint
ui-test     |  600 | vitest  | npm --prefix ui run --silent test
bindings    | 2700 | check   | cargo xtask bindings --check
deny        |  600 | check   | cargo xtask deny
advisory    |  300 | check   | advisories
rust        | 3600 | cargo   | cargo test --locked ${WORKSPACE[*]} --no-fail-fast
peers       | 1200 | cargo   | cargo xtask peers
conformance | 1200 | summary | cargo xtask conformance
bench       | 1200 | check   | cargo xtask bench --quick
window      | 1800 | summary | cargo xtask e2e
END
}

# What each check says once it has looked at something: a check that says nothing of the kind has failed, since a tool that
# finds no file is as content as one that finds no fault.
proof_of() {
    case $1 in
        fmt) echo '^fmt: a fault was found, and [1-9][0-9]* targets have none$' ;;
        tidy) echo '^tidy: [1-9][0-9]* files read, 0 to mend' ;;
        locks) echo '^locks: .* read, 0 to mend' ;;
        install) echo '^install: 0 failed$' ;;
        rules) echo '^rules: [1-9][0-9]* of them, .* 0 problems' ;;
        shell) echo '^shell: a fault was found, and [1-9][0-9]* scripts have none$' ;;
        python) echo '^python: a fault was found, and [1-9][0-9]* files have none$' ;;
        pages) echo '[1-9][0-9]* modules transformed' ;;
        clippy) echo '^ *Finished ' ;;
        docs) echo '^ *(Generated|Finished) ' ;;
        ui-check) echo 'COMPLETED [1-9][0-9]* FILES 0 ERRORS 0 WARNINGS' ;;
        ui-lint) echo '^lint: a fault was found, and the pages have none$' ;;
        bindings) echo '^bindings: [1-9][0-9]* files are as they should be$' ;;
        deny) echo '^deny: [1-9][0-9]* packages .* 0 refused' ;;
        advisory) echo 'advisories ok' ;;
        bench) echo '^bench: [1-9][0-9]* figures, 0 not measured, .* 0 of them by an order of magnitude$' ;;
        *) echo 'a stage without a proof' ;;
    esac
}

list_stages() {
    stages | cut -d ' ' -f 1
}

test_everything() {
    local only=${1:-} name limit counts line passed=0 failed=0 failures=() chosen=0
    if [ -n "$only" ] && ! list_stages | grep -qE "^$only(-|$)"; then
        die "no such stage: $only. There are: $(list_stages | tr '\n' ' ')"
    fi
    if ! (setup test); then
        say 'Setting up failed, so nothing was tested.'
        echo '0 passed, 1 failed'
        exit 1
    fi
    prepare
    while IFS='|' read -r name limit counts line; do
        read -r name limit counts <<<"$name $limit $counts"
        case $name in "${only:-$name}" | "$only"-*) ;; *) continue ;; esac
        chosen=$((chosen + 1))
        stage "$name" "$limit" "$line" || true
        count "$counts" "target/dev/$name.log" "$STATUS"
        if [ "$FAILED" -gt 0 ]; then
            failures+=("$name")
            [ "$STATUS" -ne 0 ] || printf '== %s: FAILED, it ran no test or hid one that failed\n' "$name"
        fi
        passed=$((passed + PASSED)) failed=$((failed + FAILED))
    done < <(stages)
    [ ${#failures[@]} -eq 0 ] || printf '\nfailed: %s (their output is in target/dev/)\n' "${failures[*]}"
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

# What the tools are found by, and what they do when somebody ends us.
prepare() {
    PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    use_brought_node
    export CI=1 NO_COLOR=1 CARGO_TERM_COLOR=never
    mkdir -p target/dev
    trap 'stop; exit 130' INT TERM HUP
    trap stop EXIT
}

# Runs command line $3 as stage $1 for at most $2 seconds; its exit status is also left in STATUS.
stage() {
    local name=$1 limit=$2 log=target/dev/$1.log start=$SECONDS follow
    local words
    read -ra words <<<"$3"
    # A function of this file, in a process of its own like the others.
    [ "$(type -t "${words[0]}")" != function ] || words=(bash -euo pipefail -c "$(declare -f "${words[0]}"); ${words[0]}")
    printf '\n== %s\n' "$name"
    : >"$log"
    MARK=GATELODGE_DEV_STAGE=$$-$name
    # Into a file and not into a pipe: a process that stays behind would keep a pipe open, and us waiting.
    env "$MARK" timeout --kill-after=10 "$limit" "${words[@]}" </dev/null >>"$log" 2>&1 &
    STAGE=$!
    tail --lines=+1 --sleep-interval=0.2 --follow --pid=$STAGE "$log" &
    follow=$!
    STATUS=0
    wait "$STAGE" || STATUS=$?
    wait "$follow" || true
    sweep
    STAGE=
    local took=$((SECONDS - start)) verdict="FAILED (exit status $STATUS)"
    if [ "$STATUS" -eq 0 ]; then
        verdict=ok
        ! unchecked "$log" || verdict='not checked'
    elif [ "$took" -ge "$limit" ]; then
        verdict='FAILED, stopped at its limit'
    fi
    printf '== %s: %s, %d s\n' "$name" "$verdict" "$took"
    return "$STATUS"
}

# Ends what a stage left behind: processes carry the stage's mark in their environment, whatever session they made.
sweep() {
    local left _
    left=$(marked)
    [ -n "$left" ] || return 0
    say "these were still running and are ended: $(names "$left")"
    # shellcheck disable=SC2086 # a list of numbers
    kill -TERM $left 2>/dev/null || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        left=$(marked)
        [ -n "$left" ] || return 0
        sleep 0.3
    done
    # shellcheck disable=SC2086
    kill -KILL $left 2>/dev/null || true
}

marked() {
    { grep --files-with-matches --null-data --line-regexp --fixed-strings "$MARK" /proc/[0-9]*/environ || true; } 2>/dev/null | cut -d / -f 3
}

names() {
    local process
    for process in $1; do cat "/proc/$process/comm" 2>/dev/null || true; done | sort | uniq -c | tr -s ' \n' ' '
}

STAGE=
stop() {
    [ -n "$STAGE" ] || return 0
    # `timeout` leads a process group of its own.
    kill -TERM -- "-$STAGE" 2>/dev/null || true
    sweep
    STAGE=
}

# What could not be checked here is neither passed nor failed.
unchecked() {
    grep --quiet '^NOT CHECKED' "$1"
}

# Sums up log $2 the way $1 says, into PASSED and FAILED. A check counts as one, if it proves that it ran; so does a stage that
# broke before it could count. What did not run is no success: no test is a failure, and no proof is one.
count() {
    local sums name
    case $1 in
        # Two test binaries have stages of their own, and do nothing in a plain `cargo test`.
        cargo) sums=$(awk '
            /^ +Running tests\// { other = FILENAME ~ /rust\.log$/ && /tests\/(peers|bindings)(\.rs|\/)/ }
            /^ +Running unittests/ { other = 0 }
            /^test result:/ && !other { passed += $4; failed += $6 }
            END { print passed + 0, failed + 0 }' "$2") ;;
        vitest) sums=$(awk '
            $1 == "Tests" { for (i = 2; i < NF; i++) { if ($(i + 1) ~ /^passed/) passed += $i; if ($(i + 1) ~ /^failed/) failed += $i } }
            END { print passed + 0, failed + 0 }' "$2") ;;
        # The last "N passed, N failed" that it printed.
        summary) sums=$(awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed = $1; failed = $3 } END { print passed + 0, failed + 0 }' "$2") ;;
        check)
            sums='0 0'
            name=${2##*/}
            if grep --quiet --extended-regexp --regexp="$(proof_of "${name%.log}")" "$2"; then sums='1 0'; fi
            ;;
    esac
    read -r PASSED FAILED <<<"$sums"
    if [ "$3" -ne 0 ] && [ "$FAILED" -eq 0 ]; then
        FAILED=1
    elif [ "$3" -eq 0 ] && [ $((PASSED + FAILED)) -eq 0 ] && ! unchecked "$2"; then
        FAILED=1
    fi
    [ "$FAILED" -eq 0 ] || [ "$1" != check ] || PASSED=0
}

# Known vulnerabilities, where that can be known: the tool takes minutes to compile, and its database is a git
# repository elsewhere. Licences, bans and sources do not depend on this; `cargo xtask deny` has them.
advisories() {
    if ! cargo deny --version >/dev/null 2>&1; then
        echo 'NOT CHECKED: cargo-deny is not installed here (cargo install --locked cargo-deny)'
    elif cargo deny --locked --all-features fetch db; then
        cargo deny --locked --all-features check
    else
        cargo deny --locked --all-features check bans licenses sources || return
        echo 'NOT CHECKED: the advisory database cannot be fetched from here; cargo-deny checked all else'
    fi
}

# Each of the four below is first given a fault that it has to find: a tool with a wrong configuration finds nothing anywhere.
rust_format() {
    local targets
    [ "$(printf 'fn  a(){}\n' | rustfmt --edition 2024)" = 'fn a() {}' ] || { echo 'rustfmt finds no fault'; exit 1; }
    targets=$(cargo fmt --all --check --verbose)
    echo "fmt: a fault was found, and $(grep --count '^\[' <<<"$targets") targets have none"
}

shell_scripts() {
    local scripts=(dev .ci/run dev.d/*.sh)
    if ! command -v shellcheck >/dev/null; then
        echo 'NOT CHECKED: shellcheck is not installed here'
        return
    fi
    ! printf '#!/bin/sh\n[ a == b ]\n' | shellcheck - >/dev/null || { echo 'shellcheck finds no fault'; exit 1; }
    shellcheck --external-sources "${scripts[@]}"
    echo "shell: a fault was found, and ${#scripts[@]} scripts have none"
}

# Python has no linter here that would not be one more thing to install: its own compiler, with each of its warnings, is
# what there is.
python_files() {
    local files=(peers/*.py xtask/src/*/*.py)
    local compile='import pathlib, sys; [compile(pathlib.Path(name).read_text(), name, "exec") for name in sys.argv[1:]]'
    ! python3 -W error -c "$compile" <(echo 'x is 1') 2>/dev/null || { echo 'python finds no fault'; exit 1; }
    python3 -W error -c "$compile" "${files[@]}"
    echo "python: a fault was found, and ${#files[@]} files have none"
}

pages_lint() {
    ! printf 'var a = 1;\n' | ui/node_modules/.bin/eslint --config ui/eslint.config.js --stdin --stdin-filename e2e/a.mjs >/dev/null ||
        { echo 'eslint finds no fault'; exit 1; }
    ! printf '<p>Save it</p>\n' | ui/node_modules/.bin/eslint --config ui/eslint.config.js --stdin --stdin-filename ui/src/components/Badge.svelte >/dev/null ||
        { echo 'eslint finds no sentence that is not a message'; exit 1; }
    npm --prefix ui run --silent lint
    echo 'lint: a fault was found, and the pages have none'
}

# What a person runs before each commit: what is quick, and of the rest what they changed since main.
check_what_changed() {
    local names=(fmt tidy rules) name limit counts line failures=()
    changed '\.sh$|^dev$|^\.ci/' && names+=(shell)
    changed '\.py$' && names+=(python)
    changed '^(ui|e2e|peers)/' && names+=(ui-check ui-lint)
    changed '^messages/en/(common|window)\.ftl$' && names+=(bindings)
    changed '\.rs$|Cargo\.(toml|lock)$|^clippy\.toml$|^messages/' && names+=(clippy)
    prepare
    node_packages ui
    while IFS='|' read -r name limit counts line; do
        read -r name limit counts <<<"$name $limit $counts"
        case " ${names[*]} " in *" $name "*) ;; *) continue ;; esac
        stage "$name" "$limit" "$line" || true
        count "$counts" "target/dev/$name.log" "$STATUS"
        [ "$FAILED" -eq 0 ] || failures+=("$name")
    done < <(stages)
    if [ ${#failures[@]} -gt 0 ]; then
        printf '\nfailed: %s (their output is in target/dev/)\n' "${failures[*]}"
        return 1
    fi
    printf '\nwell: %s. ./dev test runs the tests.\n' "${names[*]}"
}

# Whether a file whose path matches $1 differs from main, or is new. Where there is no git, everything does.
changed() {
    local main
    main=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD 2>/dev/null) || return 0
    { git diff --name-only "$main" -- && git ls-files --others --exclude-standard; } | grep --quiet --extended-regexp "$1"
}
