//! The three workflows, played: the callers in examples/workflows call them, bash runs their steps, heeler talks to a
//! sandbox over HTTP, and a pretend `gh` notes what GitHub is told.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod applying;
mod asking;
mod availability;
mod checks;
mod commands;
mod drifting;
mod elsewhere;
mod events;
mod expression;
mod files;
mod guarding;
mod hostile;
mod inputs;
mod installing;
mod manifests;
mod merging;
mod planning;
mod pretend;
mod queues;
mod repository;
mod rules;
mod runner;
mod server;
mod shape;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod unusable;
mod workflow;
mod working;
