# shellcheck shell=bash
# What Debian and Ubuntu have to bring, and what each is for: one "package reason" a line.

run_packages() {
    cat <<'END'
build-essential              a C compiler: SQLite and ring are part of the binary
pkg-config                   finds the libraries below
file                         tells a bundle its architecture
mold                         the linker that .cargo/config.toml names
libwebkit2gtk-4.1-dev        the window
libayatana-appindicator3-dev the tray icon
librsvg2-dev                 icons in the window's frame
libdbus-1-dev                the window's library speaks D-Bus
libglib2.0-bin               gio, by which a link comes back to the app
xdg-utils                    opens the browser; registers the app's links
desktop-file-utils           registers the app's links
shared-mime-info             registers the app's links
ca-certificates              trusted roots for https
END
}

test_packages() {
    cat <<'END'
xvfb                         a display that nobody sees
xauth                        xvfb-run needs it
openbox                      a window manager on it
dbus                         the bus of a desktop session
dbus-x11                     a session bus for packages that ask for one
gnome-keyring                a real keyring
libsecret-tools              looks into it from outside
webkit2gtk-driver            drives the real window
imagemagick                  screenshots
librsvg2-bin                 draws icons
x11-utils                    asks which windows are there
xdotool                      clicks what WebDriver cannot reach
dunst                        shows notifications
fonts-dejavu-core            text in screenshots
fonts-liberation             text in screenshots
curl                         a foreign client for the endpoint
python3-venv                 foreign servers written in Python
procps                       kill, for the tests of signals
shellcheck                   reads our own scripts
strace                       kills the app in mid-write, for the crash tests
END
    browser_packages
}

# The deep link is tested through a real browser. Ubuntu's chromium package only installs a snap, which does
# not run in containers and cannot see a test's private home.
browser_packages() {
    local browser
    browser=$(browser)
    if [ "$browser" = chromium ] && [ "$(distribution)" != ubuntu ]; then
        echo 'chromium-driver              drives the browser'
    elif [ -n "$browser" ]; then
        command -v chromedriver >/dev/null || say "chromedriver is missing: it comes from where $browser came from. Until then the test in the window fails."
    elif [ "$(distribution)" = ubuntu ]; then
        say 'A browser is missing, and the chromium of Ubuntu is a snap that the tests cannot use: install Google Chrome' \
            '(https://www.google.com/chrome/) or put another chromium on PATH. Until then the tests with a browser fail.'
    else
        echo 'chromium                     a real browser for the login'
        echo 'chromium-driver              drives it'
    fi
}

browser() {
    local name
    for name in chromium google-chrome google-chrome-stable chrome; do
        # The snap's own launcher does not count.
        case $(command -v "$name" || true) in
            '' | /snap/*) ;;
            *) echo "$name" && return ;;
        esac
    done
}

distribution() {
    # shellcheck source=/dev/null
    (. /etc/os-release 2>/dev/null && echo "${ID:-unknown}") || echo unknown
}
