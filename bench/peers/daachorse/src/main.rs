// daachorse on the names and bodies that `gazetteer_bench export FOLDER` writes: two ways to find names on word
// boundaries, leftmost-longest. CPU time of one thread, the best of five rounds.
//   leftmost   the automaton's own leftmost-longest, boundaries tested afterwards (loses names whose longer
//              rival ends inside a word)
//   all        all matches on boundaries, then leftmost-longest among them
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder, MatchKind};
use std::{env, fs, process};

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}
extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}
const CLOCK_PROCESS_CPUTIME_ID: i32 = 2;

fn cpu_seconds() -> f64 {
    let mut now = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.seconds as f64 + now.nanoseconds as f64 * 1e-9
}

/// Nothing alphanumeric on both sides of the edge.
fn is_boundary(text: &str, at: usize) -> bool {
    if !text.is_char_boundary(at) {
        return false;
    }
    let before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    let after = text[at..].chars().next().is_some_and(char::is_alphanumeric);
    !(before && after)
}

fn leftmost(machine: &DoubleArrayAhoCorasick<u32>, text: &str) -> usize {
    machine
        .leftmost_find_iter(text)
        .filter(|found| is_boundary(text, found.start()) && is_boundary(text, found.end()))
        .count()
}

fn all(machine: &DoubleArrayAhoCorasick<u32>, text: &str, found: &mut Vec<(usize, usize)>) -> usize {
    found.clear();
    for one in machine.find_overlapping_iter(text) {
        if is_boundary(text, one.start()) && is_boundary(text, one.end()) {
            found.push((one.start(), usize::MAX - one.end()));
        }
    }
    found.sort_unstable();
    let (mut hits, mut end) = (0, 0);
    for &(start, rest) in found.iter() {
        if start >= end {
            hits += 1;
            end = usize::MAX - rest;
        }
    }
    hits
}

fn best<F: FnMut(&str) -> usize>(name: &str, bodies: &[String], mut count: F) {
    let (mut least, mut hits) = (f64::MAX, 0);
    for _ in 0..5 {
        let begin = cpu_seconds();
        hits = bodies.iter().map(|body| count(body)).sum();
        least = least.min(cpu_seconds() - begin);
    }
    println!("daachorse_{name}_us_per_article={:.4}", least / bodies.len() as f64 * 1e6);
    println!("daachorse_{name}_hits={hits}");
}

fn main() {
    let Some(folder) = env::args().nth(1) else {
        eprintln!("gazetteer_daachorse FOLDER");
        process::exit(64);
    };
    let list = fs::read_to_string(format!("{folder}/names.txt")).expect("names.txt");
    let names: Vec<&str> = list.lines().filter(|name| !name.is_empty()).collect();
    let packed = fs::read(format!("{folder}/bodies.bin")).expect("bodies.bin");
    let mut bodies = Vec::new();
    let mut rest = &packed[..];
    while rest.len() >= 4 {
        let size = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        bodies.push(String::from_utf8_lossy(&rest[4..4 + size]).into_owned());
        rest = &rest[4 + size..];
    }
    let begin = cpu_seconds();
    let machine = DoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&names)
        .expect("automaton");
    println!("daachorse_build_s={:.4}", cpu_seconds() - begin);
    println!("daachorse_names={}", names.len());
    println!("daachorse_mb={:.1}", machine.heap_bytes() as f64 / 1e6);
    best("leftmost", &bodies, |text| leftmost(&machine, text));
    drop(machine);
    let machine = DoubleArrayAhoCorasick::<u32>::new(&names).expect("automaton");
    let mut found = Vec::new();
    best("all", &bodies, |text| all(&machine, text, &mut found));
}
