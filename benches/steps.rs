//! The steps of a plan by themselves, to find out which one a change made slower: `cargo bench --bench steps`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use divan::Bencher;
use heeler::model::Response;
use heeler::providers::datadog::wire;
use heeler::render;
use support::fleet::{self, Form};

const SIZES: [usize; 2] = [1_000, 10_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn load_flat(bencher: Bencher<'_, '_>, accounts: usize) {
    bencher.with_inputs(|| fleet::files(Form::Flat, accounts)).bench_values(support::load);
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn load_defaults(bencher: Bencher<'_, '_>, accounts: usize) {
    bencher.with_inputs(|| fleet::files(Form::Layered, accounts)).bench_values(support::load);
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn read_listing(bencher: Bencher<'_, '_>, accounts: usize) {
    let response = Response::new(200, fleet::listing(accounts));
    bencher.bench(|| wire::read_listing(&response).unwrap().isolate_duplicates(&wire::ROW_POINTERS));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn read_and_plan(bencher: Bencher<'_, '_>, accounts: usize) {
    let config = support::load(fleet::files(Form::Layered, accounts));
    bencher.with_inputs(|| fleet::listing(accounts)).bench_values(|listing| {
        let planned = support::plan(&config, listing);
        let digest = planned.digest();
        (planned, digest)
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn render(bencher: Bencher<'_, '_>, accounts: usize) {
    let config = support::load(fleet::files(Form::Flat, accounts));
    // Nothing is live: every account is a create, and shown.
    let planned = support::plan(&config, b"{\"data\":[]}".to_vec());
    let view = planned.view();
    bencher.bench(|| render::text::plan(&view, "plan"));
}
