//! heeler keeps AWS integrations where git says they belong.
//!
//! A config in YAML says which accounts a vendor shall look after, and how. A plan says what differs from what the vendor
//! lists; applying it makes it so and checks that it is. There is no state file: what exists is what the vendor lists,
//! and what nobody declares is left alone.
//!
//! The `heeler` command is made of this library. Its steps, each a value of its own:
//!
//! ```
//! use heeler::{ApplyOptions, Env, PlanOptions, Run, World};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let config = r#"
//! version: 1
//! providers:
//!   datadog: { site: datadoghq.eu }
//! accounts:
//!   - aws_account_id: "210000000001"
//!     name: data-prod
//!     datadog: { auth_config: { role_name: DatadogIntegrationRole } }
//! "#;
//!
//! // Read and check; `Run::load` does the same with files and folders.
//! let run = Run::of_texts([("heeler.yaml", config)], &Env::default())?;
//!
//! // Connect: here to an emulator of the vendors in this process, with `Run::connect` to the vendors themselves.
//! let (connection, writer) = run.connect_to_sandbox(World::empty());
//!
//! // See what is live, and decide. Any number of plans can be made from what was read once.
//! let planned = connection.read().await?.plan(&PlanOptions::default());
//! assert_eq!(planned.plan().counts(), (1, 0, 0), "one create");
//! println!("{}", planned.to_text());
//!
//! // Do it, and prove it by one more listing.
//! let applied = planned.apply(&*writer, &ApplyOptions::default()).await?;
//! assert!(applied.report.has_converged(planned.plan()));
//!
//! let again = connection.read().await?.plan(&PlanOptions::default());
//! assert!(again.plan().actions.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })
//! # }
//! ```
//!
//! A [`Connection`] can only read. Whoever wants to apply asks for a client that writes as well, by
//! [`Run::connect_to_write`]. What is deleted is kept first: [`ApplyOptions::observer`] says where, and the default
//! deletes nothing.
//!
//! The modules that are not on this page are the inside of the command, and change as it does. One imports only from
//! floors below its own; `tests/floors.rs` says so, and that no circle is inside any folder.
//!
//! ```text
//! 6  main.rs                                     the process
//! 5  commands/                                   one file per subcommand, exit codes, hints
//! 4  run/                                        from a config to a plan, and to what became of it
//! 3  executor/  importer/                        applies a plan · live state as config
//! 2  config/  sandbox/                           files in · the emulator of the vendors
//! 1  planner/  render/  providers/  transport/   pure decisions · pure output · dialects · HTTP, auth, rate limits
//! 0  model/                                      plain values, and the two client traits
//! ```

#[doc(hidden)]
pub mod model;

#[doc(hidden)]
pub mod planner;
#[doc(hidden)]
pub mod providers;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod transport;

#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod sandbox;

#[doc(hidden)]
pub mod executor;
#[doc(hidden)]
pub mod importer;

#[doc(hidden)]
pub mod run;

#[doc(hidden)]
pub mod commands;

pub use config::Invalid;
pub use executor::ProgressObserver;
pub use executor::interrupt::{Interrupt, Stop, interrupt};
pub use model::limits::{Confirm, LimitName};
pub use model::{
    Action, Change, Diagnostic, Env, Error, ErrorKind, FieldChange, Key, Observed, Op, Outcome, Path, Plan, Proof,
    ReadClient, RemoteId, Report, Status, Trust, WriteClient,
};
pub use planner::ConfirmMode;
pub use run::{Applied, ApplyOptions, Connection, NotApplied, PlanOptions, Planned, Run, Snapshot};
pub use sandbox::{Sandbox, World};
