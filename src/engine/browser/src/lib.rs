//! `maillage-search` behind a plain C interface: texts and bytes in linear memory, no bindings generator.
//!
//! The worker reserves memory with [`reserve`], writes its input there and hands it over; answers lie in the session until the next
//! call. Inputs are JSON texts and files of the pack; any of them may be wrong, none of them traps.
//!
//! | call | input | answer |
//! |---|---|---|
//! | `session(boot, name_length, length)` | the generation's name followed by the inflated boot file | a session, in any case |
//! | `opened(session)` | | 1 if it can search; 0: the answer says why not |
//! | `provide(session, file, name_length, length)` | a file's name followed by its inflated content | 0 taken, 1 foreign, 2 damaged |
//! | `search(session, request, length)` | a request | 1 done, 0 missing files, 2 failed |
//! | `excerpts(session, request, length)` | `{request, texts}` | the same |
//! | `read_sentence(session, sentence, length)` | a sentence | 1 done, 2 failed |
//! | `answer(session)`, `answer_length(session)` | | where the answer lies: JSON, or a message in words |

use maillage_search::{Engine, EntryText, Outcome, Refusal, Request, SearchError, Sentence};
use serde::{Deserialize, Serialize};

/// An open index, or the reason why there is none, and the last answer.
pub struct Session {
    engine: Option<Engine>,
    answer: Vec<u8>,
}

/// Version of this interface and of the pack's format that it reads.
#[unsafe(no_mangle)]
pub extern "C" fn format_version() -> u32 {
    maillage_search::FORMAT
}

/// Reserves memory for an input. The call that takes the input frees it.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    let mut memory = std::mem::ManuallyDrop::new(vec![0_u8; length].into_boxed_slice());
    memory.as_mut_ptr()
}

/// Takes over an input.
///
/// # Safety
///
/// `input` comes from `reserve(length)` and was not taken before.
unsafe fn take(input: *mut u8, length: usize) -> Vec<u8> {
    // SAFETY: `reserve` made exactly this boxed slice and gave it up.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(input, length)) }.into_vec()
}

/// Opens an index.
///
/// # Safety
///
/// `boot` comes from `reserve(length)` and was not handed over before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn session(boot: *mut u8, name_length: usize, length: usize) -> *mut Session {
    // SAFETY: as this function demands.
    let mut name = unsafe { take(boot, length) };
    let boot = name.split_off(name_length.min(name.len()));
    let session = match Engine::open_generation(&String::from_utf8_lossy(&name), boot) {
        Ok(engine) => Session { engine: Some(engine), answer: Vec::new() },
        Err(error) => Session { engine: None, answer: error.to_string().into_bytes() },
    };
    Box::into_raw(Box::new(session))
}

/// Says whether the index could be opened.
///
/// # Safety
///
/// `session` comes from [`session`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opened(session: *const Session) -> u32 {
    // SAFETY: as this function demands; one thread.
    u32::from(unsafe { &*session }.engine.is_some())
}

/// Takes in a file of the pack.
///
/// # Safety
///
/// `session` comes from [`session`]; `file` from `reserve(length)`, not handed over before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn provide(session: *mut Session, file: *mut u8, name_length: usize, length: usize) -> u32 {
    // SAFETY: as this function demands; one thread.
    let (session, mut name) = unsafe { (&mut *session, take(file, length)) };
    let content = name.split_off(name_length.min(name.len()));
    let provided = match (&session.engine, std::str::from_utf8(&name)) {
        (Some(engine), Ok(name)) => engine.provide(name, content),
        _ => Err(Refusal::Foreign),
    };
    match provided {
        Ok(()) => 0,
        Err(Refusal::Foreign) => 1,
        Err(Refusal::Damaged) => 2,
    }
}

/// Searches.
///
/// # Safety
///
/// `session` comes from [`session`]; `request` from `reserve(length)`, not handed over before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(session: *mut Session, request: *mut u8, length: usize) -> u32 {
    // SAFETY: as this function demands; one thread.
    let (session, request) = unsafe { (&mut *session, take(request, length)) };
    session.reply(&request, |engine, request: Request| engine.search(&request))
}

#[derive(Deserialize)]
struct ExcerptsRequest {
    request: Request,
    texts: Vec<EntryText>,
}

/// Gives passages around the matches in texts of entries.
///
/// # Safety
///
/// `session` comes from [`session`]; `request` from `reserve(length)`, not handed over before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn excerpts(session: *mut Session, request: *mut u8, length: usize) -> u32 {
    // SAFETY: as this function demands; one thread.
    let (session, request) = unsafe { (&mut *session, take(request, length)) };
    session.reply(&request, |engine, wanted: ExcerptsRequest| engine.excerpts(&wanted.request, &wanted.texts))
}

/// Reads a sentence. (A function called `read` would take the place of the C library's in native builds.)
///
/// # Safety
///
/// `session` comes from [`session`]; `sentence` from `reserve(length)`, not handed over before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_sentence(session: *mut Session, sentence: *mut u8, length: usize) -> u32 {
    // SAFETY: as this function demands; one thread.
    let (session, sentence) = unsafe { (&mut *session, take(sentence, length)) };
    session.reply(&sentence, |engine, sentence: Sentence| Ok(Outcome::Done(engine.read(&sentence))))
}

/// Where the last answer lies.
///
/// # Safety
///
/// `session` comes from [`session`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(session: *const Session) -> *const u8 {
    // SAFETY: as this function demands; one thread.
    unsafe { &*session }.answer.as_ptr()
}

/// How long the last answer is.
///
/// # Safety
///
/// `session` comes from [`session`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer_length(session: *const Session) -> usize {
    // SAFETY: as this function demands; one thread.
    unsafe { &*session }.answer.len()
}

impl Session {
    fn reply<R: for<'a> Deserialize<'a>, T: Serialize>(
        &mut self,
        request: &[u8],
        ask: impl FnOnce(&Engine, R) -> Result<Outcome<T>, SearchError>,
    ) -> u32 {
        let Some(engine) = &self.engine else { return 2 };
        let outcome = match serde_json::from_slice(request) {
            Ok(request) => ask(engine, request).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let (status, answer) = match outcome {
            Ok(Outcome::Done(answer)) => (1, serde_json::to_vec(&answer)),
            Ok(Outcome::Missing(names)) => (0, serde_json::to_vec(&names)),
            Err(message) => (2, Ok(message.into_bytes())),
        };
        match answer {
            Ok(answer) => {
                self.answer = answer;
                status
            }
            Err(error) => {
                self.answer = error.to_string().into_bytes();
                2
            }
        }
    }
}

/// The source of randomness that `getrandom` is told to use: none. Nothing here writes an index.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_destination: *mut u8, _length: usize) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
