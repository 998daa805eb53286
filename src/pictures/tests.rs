//! What enters: files as contributors put them into folders. What leaves: the certainty of what the site has of them.

use std::sync::Mutex;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::decode::decode;
use super::*;

/// A photograph of a kind: tones that run, with grain.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let tone = |x: u32, y: u32| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 28;
        let at = |value: u32, of: u32| (value * 200 / of + grain) as u8;
        [at(x, width), at(y, height), at(x + y, width + height)]
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| tone(x, y))).collect()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.write_image(&photograph(width, height), width, height, ExtendedColorType::Rgb8).expect("a picture");
    file
}

/// The same with what a camera writes: turned a quarter, and where it was taken.
fn turned(width: u32, height: u32) -> Vec<u8> {
    let file = jpeg(width, height);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend(b"GPS of a secret meeting");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&file[..2], &[0xFF, 0xE1], &length, &exif, &file[2..]].concat()
}

fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let bytes: Vec<u8> =
        (0..width * height).flat_map(|at| [0, 0, if at % width < 9 { 200 } else { 60 }, alpha]).collect();
    PngEncoder::new(&mut file).write_image(&bytes, width, height, ExtendedColorType::Rgba8).expect("a picture");
    file
}

/// A cache in memory that says what it was asked.
#[derive(Debug, Default)]
struct Shelf(Mutex<HashMap<Digest, Vec<u8>>>);

impl Cache for Shelf {
    fn get(&self, key: Digest) -> Option<Vec<u8>> {
        self.0.lock().expect("a lock").get(&key).cloned()
    }

    fn put(&self, key: Digest, bytes: &[u8]) {
        self.0.lock().expect("a lock").insert(key, bytes.to_vec());
    }

    fn keep_only(&self, keys: &[Digest]) {
        self.0.lock().expect("a lock").retain(|key, _| keys.contains(key));
    }
}

fn sources(files: &[(&str, Vec<u8>)]) -> Vec<Source> {
    files.iter().map(|(path, bytes)| Source::new(format!("content/places/a/{path}"), bytes.clone())).collect()
}

fn run(sources: &[Source], work: Work, kept: &mut Kept) -> (Pictures, Vec<Diagnostic>) {
    run_with(&PictureSettings::default(), sources, work, kept)
}

fn run_with(
    settings: &PictureSettings,
    sources: &[Source],
    work: Work,
    kept: &mut Kept,
) -> (Pictures, Vec<Diagnostic>) {
    let placed: Vec<Placed<'_>> =
        sources.iter().map(|source| Placed { source, path: SitePath::new(format!("a/{}", source.name())) }).collect();
    let mut diagnostics = Vec::new();
    let mut pictures = make(&placed, settings, work, kept, &Some, &mut diagnostics);
    pictures.outputs.sort_by(|a, b| a.path.cmp(&b.path));
    (pictures, diagnostics)
}

/// The files with the sizes that they really have; the digest in their name is left out.
fn shapes(pictures: &Pictures) -> Vec<String> {
    let shape = |output: &Output| {
        let name = output.path.as_str();
        let short = name.find('-').map_or(name, |at| &name[at..]);
        let size = imagesize::blob_size(&output.bytes).expect("a picture");
        format!("{short} {}x{}", size.width, size.height)
    };
    pictures.outputs.iter().map(shape).collect()
}

#[test]
fn a_photograph_is_there_at_a_few_widths_upright_and_without_what_the_camera_wrote() {
    let sources = sources(&[("hall.jpg", turned(1000, 1800))]);
    let (pictures, diagnostics) = run(&sources, Work::Make, &mut Kept::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let expected = [
        "a/hall.jpg 1800x1000",
        "-1200.jpg 1200x667",
        "-1200.webp 1200x667",
        "-1600.jpg 1600x889",
        "-1600.webp 1600x889",
        "-400.jpg 400x222",
        "-400.webp 400x222",
        "-800.jpg 800x444",
        "-800.webp 800x444",
    ];
    assert_eq!(shapes(&pictures), expected);
    for output in &pictures.outputs {
        let text = String::from_utf8_lossy(&output.bytes);
        assert!(!text.contains("secret") && !text.contains("Exif"), "{}", output.path);
    }
    let files = pictures.get(&sources[0]).expect("a picture");
    let original = SitePath::new("a/hall.jpg");
    let shown = files.on(&|path| path.to_string(), &original);
    assert_eq!((shown.size, shown.webp.0.len(), shown.srcset.0.len()), (Some((1800, 1000)), 4, 4));
    assert!(shown.url.ends_with("-800.jpg") && files.widest(&original).as_str().ends_with("-1600.jpg"));
    // Upright: what was the top of the file is its right side.
    let corner = |bytes: &[u8], x: usize, y: usize| {
        let pixels = decode(Format::Jpeg, bytes).expect("a picture").pixels;
        pixels.bytes[(y * pixels.width as usize + x) * 3 + 1]
    };
    let upright = pictures.outputs.iter().find(|output| output.path == original).expect("the original");
    assert!(corner(&upright.bytes, 1799, 500) < 40 && corner(&upright.bytes, 0, 500) > 180);
}

#[test]
fn narrow_drawings_stay_what_they_are_and_keep_what_is_behind_them_visible() {
    let sources = sources(&[("logo.png", png(300, 120, 128)), ("icon.png", png(8, 8, 255))]);
    let (pictures, _) = run(&sources, Work::Make, &mut Kept::default());
    let webp = pictures.outputs.iter().find(|output| output.path.as_str().ends_with("-300.webp")).expect("a WebP file");
    let pixels = decode(Format::WebP, &webp.bytes).expect("a picture").pixels;
    assert_eq!((pixels.depth, &pixels.bytes[..4]), (decode::Depth::Translucent, &[0, 0, 200, 128][..]));
    let original = pictures.outputs.iter().find(|output| output.path.as_str() == "a/logo.png").expect("the original");
    assert_eq!(original.bytes, sources[0].bytes);
    let shown =
        pictures.get(&sources[0]).expect("a picture").on(&|path| path.to_string(), &SitePath::new("a/logo.png"));
    assert_eq!((shown.url.as_str(), shown.srcset.0.len(), shown.webp.0.len()), ("/a/logo.png", 1, 1));
}

#[test]
fn what_was_made_once_is_not_made_again() {
    let shelf = Arc::new(Shelf::default());
    let cached = || Kept { cache: Some(Arc::clone(&shelf) as Arc<dyn Cache>), ..Kept::default() };
    let two = sources(&[("hall.jpg", jpeg(900, 600)), ("copy.jpg", jpeg(900, 600)), ("logo.png", png(90, 90, 9))]);
    let (cold, _) = run(&two, Work::Make, &mut cached());
    assert_eq!(shelf.0.lock().expect("a lock").len(), 2, "two files with the same bytes are one picture");
    let (cached_run, _) = run(&two, Work::Make, &mut cached());
    let mut kept = Kept::default();
    run(&two, Work::MakeAndKeep, &mut kept);
    let (warm, _) = run(&two, Work::MakeAndKeep, &mut kept);
    let bytes = |pictures: &Pictures| -> Vec<(SitePath, Arc<[u8]>)> {
        pictures.outputs.iter().map(|output| (output.path.clone(), Arc::clone(&output.bytes))).collect()
    };
    assert_eq!(bytes(&cached_run), bytes(&cold));
    assert_eq!(bytes(&warm), bytes(&cold));
    assert_eq!(cached_run.files, cold.files);
    // What a cache gives is not trusted.
    shelf.0.lock().expect("a lock").values_mut().for_each(|bytes| bytes.truncate(100));
    assert_eq!(bytes(&run(&two, Work::Make, &mut cached()).0), bytes(&cold));
    run(&two[..1], Work::Make, &mut cached());
    assert_eq!(shelf.0.lock().expect("a lock").len(), 1, "what is no longer wanted goes");
    run(&two[..1], Work::MakeAndKeep, &mut kept);
    assert_eq!(kept.len(), 1);
}

#[test]
fn the_settings_choose_widths_and_quality_and_nothing_made_otherwise_is_taken_for_it() {
    let sources = sources(&[("hall.jpg", jpeg(1000, 600))]);
    let mut kept = Kept::default();
    let of = |outputs: &Pictures, end: &str| {
        outputs.outputs.iter().find(|output| output.path.as_str().ends_with(end)).map(|output| output.bytes.len())
    };
    let settings = |quality| PictureSettings { widths: vec![300, 640], quality };
    let (fine, _) = run_with(&settings(90), &sources, Work::MakeAndKeep, &mut kept);
    let expected =
        ["a/hall.jpg 1000x600", "-300.jpg 300x180", "-300.webp 300x180", "-640.jpg 640x384", "-640.webp 640x384"];
    assert_eq!(shapes(&fine), expected);
    let (coarse, _) = run_with(&settings(30), &sources, Work::MakeAndKeep, &mut kept);
    assert_eq!(shapes(&coarse), expected);
    for end in ["-640.jpg", "-640.webp"] {
        assert!(of(&coarse, end) < of(&fine, end), "{end}");
    }
    assert!(fine.paths.iter().filter(|path| coarse.paths.contains(path)).all(|path| path.as_str() == "a/hall.jpg"));
}

#[test]
fn a_picture_that_claims_to_be_huge_takes_no_memory() {
    let mut tall = jpeg(16, 16);
    let frame = tall.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame header");
    tall[frame + 5..frame + 9].fill(0xFF);
    let mut png = png(16, 16, 255);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let crc = {
        let mut crc = flate2::Crc::new();
        crc.update(&png[12..29]);
        crc.sum()
    };
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let (pictures, diagnostics) = run(&sources(&[("a.jpg", tall), ("b.png", png)]), Work::Look, &mut Kept::default());
    let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!((codes, pictures.outputs.len()), (vec!["picture-too-large"; 2], 0));
}

#[test]
fn faults_name_every_file_and_the_remedy() {
    let cut = jpeg(90, 60);
    let files = sources(&[
        ("cut.jpg", cut[..cut.len() / 2].to_vec()),
        ("photo.jpg", png(9, 9, 255)),
        ("scan.dat", jpeg(9, 9)),
        ("camera.tif", b"II*\0".to_vec()),
        ("notes.txt", b"BM".to_vec()),
        ("empty.webp", Vec::new()),
    ]);
    let (_, mut diagnostics) = run(&files, Work::Look, &mut Kept::default());
    crate::diagnostic::sort(&mut diagnostics);
    let told: Vec<(&str, &str)> = diagnostics
        .iter()
        .map(|diagnostic| (&diagnostic.location.file["content/places/a/".len()..], diagnostic.code))
        .collect();
    let expected = [
        ("camera.tif", "untouched-picture"),
        ("cut.jpg", "damaged-picture"),
        ("empty.webp", "damaged-picture"),
        ("photo.jpg", "misnamed-picture"),
        ("scan.dat", "misnamed-picture"),
    ];
    assert_eq!(told, expected);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.help.is_some()));
}

#[test]
fn colours_of_a_wide_profile_are_those_of_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().expect("a profile");
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile).expect("PNG holds profiles");
    let green: Vec<u8> = [100, 200, 100].repeat(16 * 16);
    encoder.write_image(&green, 16, 16, ExtendedColorType::Rgb8).expect("a picture");
    let pixels = decode(Format::Png, &file).expect("a picture").pixels;
    // Display P3's green is stronger: sRGB needs less red for it. Source: CSS Color 4, conversion of color(display-p3 0.392 0.784 0.392).
    let near = |value: u8, expected: u8| value.abs_diff(expected) <= 2;
    assert!(
        near(pixels.bytes[0], 45) && near(pixels.bytes[1], 203) && near(pixels.bytes[2], 86),
        "{:?}",
        &pixels.bytes[..3]
    );
}
