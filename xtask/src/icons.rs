//! Makes every size of the app icon. ICO and ICNS are only containers for PNG files, so no crate is needed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Up to this size the stones of source.svg are dirt, and small.svg is drawn for it.
const SMALL: u32 = 48;

const APP: [(&str, u32); 15] = [
    ("32x32.png", 32),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
    ("Square30x30Logo.png", 30),
    ("Square44x44Logo.png", 44),
    ("Square71x71Logo.png", 71),
    ("Square89x89Logo.png", 89),
    ("Square107x107Logo.png", 107),
    ("Square142x142Logo.png", 142),
    ("Square150x150Logo.png", 150),
    ("Square284x284Logo.png", 284),
    ("Square310x310Logo.png", 310),
    ("StoreLogo.png", 50),
];

const TRAY: [&str; 3] = ["tray-open", "tray-closed", "tray-attention"];
const TRAY_SIZES: [u32; 2] = [22, 44];

const ICO: [u32; 6] = [16, 24, 32, 48, 64, 256];

/// ICNS types that hold a PNG, and the pixels of each.
const ICNS: [(&[u8; 4], u32); 8] = [
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

pub fn make(root: &Path) -> Result<bool> {
    let folder = root.join("icons");
    for (name, size) in APP {
        fs::write(folder.join(name), app(&folder, size)?)?;
    }
    for name in TRAY {
        for size in TRAY_SIZES {
            let png = draw(&folder.join(format!("{name}.svg")), size)?;
            fs::write(folder.join(format!("{name}-{size}.png")), png)?;
        }
    }
    let images = ICO
        .into_iter()
        .map(|size| Ok((size, app(&folder, size)?)))
        .collect::<Result<Vec<_>>>()?;
    fs::write(folder.join("icon.ico"), ico(&images)?)?;
    let images = ICNS
        .into_iter()
        .map(|(kind, size)| Ok((kind, app(&folder, size)?)))
        .collect::<Result<Vec<_>>>()?;
    fs::write(folder.join("icon.icns"), icns(&images)?)?;
    println!(
        "icons: {} pictures, icon.ico, icon.icns",
        APP.len() + TRAY.len() * TRAY_SIZES.len()
    );
    Ok(true)
}

fn app(folder: &Path, size: u32) -> Result<Vec<u8>> {
    draw(
        &folder.join(if size <= SMALL {
            "small.svg"
        } else {
            "source.svg"
        }),
        size,
    )
}

fn draw(svg: &Path, size: u32) -> Result<Vec<u8>> {
    let size = size.to_string();
    let output = Command::new("rsvg-convert")
        .args(["--width", &size, "--height", &size])
        .arg(svg)
        .output()
        .context("rsvg-convert draws the icons; Debian has it in librsvg2-bin")?;
    ensure!(
        output.status.success(),
        "{}: {}",
        svg.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}

/// A directory of 16-byte entries, then the files.
fn ico(images: &[(u32, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    out.extend(0u16.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(u16::try_from(images.len())?.to_le_bytes());
    let mut offset = 6 + 16 * images.len();
    for (size, png) in images {
        // One byte a side; 256 is written as 0.
        let side = u8::try_from(size % 256)?;
        out.extend([side, side, 0, 0]);
        out.extend(1u16.to_le_bytes());
        out.extend(32u16.to_le_bytes());
        out.extend(u32::try_from(png.len())?.to_le_bytes());
        out.extend(u32::try_from(offset)?.to_le_bytes());
        offset += png.len();
    }
    for (_, png) in images {
        out.extend(png);
    }
    Ok(out)
}

/// A type, a length that counts its own eight bytes, the file; the whole wrapped the same way.
fn icns(images: &[(&[u8; 4], Vec<u8>)]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    for (kind, png) in images {
        body.extend(*kind);
        body.extend(u32::try_from(png.len() + 8)?.to_be_bytes());
        body.extend(png);
    }
    let mut out = b"icns".to_vec();
    out.extend(u32::try_from(body.len() + 8)?.to_be_bytes());
    out.extend(body);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{APP, ICNS, ICO, TRAY, TRAY_SIZES, icns, ico};
    use std::fs;
    use std::path::PathBuf;

    fn icons() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../icons"))
    }

    /// Width and height from a PNG's header, and that it is 8-bit RGBA, which Tauri insists on.
    fn size(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n", "a PNG");
        assert_eq!(&png[24..26], [8, 6], "8 bits, RGBA");
        let number =
            |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        (number(16), number(20))
    }

    #[test]
    fn committed_pictures_have_the_size_of_their_name() {
        let tray = TRAY
            .iter()
            .flat_map(|name| TRAY_SIZES.map(|size| (format!("{name}-{size}.png"), size)));
        for (name, side) in APP
            .map(|(name, side)| (name.to_owned(), side))
            .into_iter()
            .chain(tray)
        {
            let png = fs::read(icons().join(&name)).expect("made by `cargo xtask icons`");
            assert_eq!(size(&png), (side, side), "{name}");
        }
    }

    #[test]
    fn every_image_of_the_committed_ico_is_where_the_directory_says() {
        let file = fs::read(icons().join("icon.ico")).expect("made by `cargo xtask icons`");
        assert_eq!(
            file[..6],
            [0, 0, 1, 0, u8::try_from(ICO.len()).expect("few"), 0]
        );
        for (entry, side) in file[6..].chunks(16).zip(ICO) {
            let at = u32::from_le_bytes(entry[12..16].try_into().expect("four bytes"));
            assert_eq!(size(&file[at as usize..]), (side, side));
        }
    }

    #[test]
    fn the_lengths_of_the_committed_icns_add_up() {
        let file = fs::read(icons().join("icon.icns")).expect("made by `cargo xtask icons`");
        let length = |at: usize| {
            u32::from_be_bytes(file[at + 4..at + 8].try_into().expect("four bytes")) as usize
        };
        assert_eq!(length(0), file.len());
        let mut at = 8;
        for (kind, side) in ICNS {
            assert_eq!(&file[at..at + 4], kind);
            assert_eq!(size(&file[at + 8..]), (side, side));
            at += length(at);
        }
        assert_eq!(at, file.len());
    }

    #[test]
    fn containers_are_laid_out_as_written_down() {
        let packed = ico(&[(256, vec![7, 7]), (16, vec![9])]).expect("small");
        assert_eq!(packed[6], 0, "256 is written as 0");
        assert_eq!(
            packed[18..22],
            38u32.to_le_bytes(),
            "the first file follows two entries"
        );
        assert_eq!(packed[38..], [7, 7, 9]);
        assert_eq!(
            icns(&[(b"ic07", vec![1])]).expect("small"),
            b"icns\0\0\0\x11ic07\0\0\0\x09\x01"
        );
    }
}
