//! `heeler sandbox`: the embedded emulator on a port, for any client.

use std::path::PathBuf;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{Args as ClapArgs, ValueEnum};
use tokio::net::TcpListener;

use crate::commands::process::console::Console;
use crate::commands::process::runtime::runtime;
use crate::commands::process::signals;
use crate::commands::{Exit, said_by_clap};
use crate::config::symlinks;
use crate::model::{Env, Error};
use crate::render::escape_untrusted::escaped_line;
use crate::run::SEED;
use crate::sandbox::{ExternalIds, Faults, Sandbox, World, http_server};

/// Serve the embedded vendor emulator on a port, for heeler or any other client
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler sandbox --world world.json   on 127.0.0.1:8126, until Ctrl-C
  DD_HOST=http://127.0.0.1:8126 DD_API_KEY=any DD_APP_KEY=any heeler plan heeler/
  CLOUDCRAFT_HOST=http://127.0.0.1:8126 CLOUDCRAFT_API_KEY=any heeler plan heeler/
  WAVEFRONT_ADDRESS=http://127.0.0.1:8126 WAVEFRONT_TOKEN=any heeler plan heeler/
  curl -H 'DD-API-KEY: any' -H 'DD-APPLICATION-KEY: any' \\
    http://127.0.0.1:8126/api/v2/integration/aws/accounts
  heeler sandbox --faults 429=0.1,5xx=0.1,reset-after=0.05 --faults limit=50/10s,seed=7

A world is a JSON object whose keys are providers and whose values are the vendor's listing as it is. Its file is never written: what is changed \
is forgotten when the sandbox ends. It takes any credentials.

Faults, to see how a run fails. A RATE is a part of all requests, from 0 to 1; a request meets one fault at most:
  429=RATE            refused, nothing done; X-RateLimit-Reset says 1 s
  5xx=RATE            500, 502, 503 or 504, half of them after the request took
                      effect
  reset-before=RATE   the connection is closed without an answer, nothing done
  reset-after=RATE    the same after the request took effect
  truncate=RATE       the connection is closed in the middle of the answer's
                      body
  malformed=RATE      200 with an HTML page, nothing done; or half of the
                      answer's JSON, done
  halfway=RATE        a listing ends after half of its rows
  edit=RATE           after a listing, a row is changed: something is switched,
                      or a tag added
  conflict=RATE       a write is refused because somebody else is writing, who
                      changes a row: Datadog's v1 API alone does that
  late=RATE[/TIME]    a write takes effect, answered or not, and shows in no
                      answer for a while: up to 90 s, or TIME
  patch=shallow       Datadog's PATCH replaces the blocks it names; without it,
                      what a block does not name stays
  latency=TIME        every answer takes so long, such as 50ms or 2s
  limit=50/10s        50 requests in each 10 seconds, then 429; X-RateLimit-* in
                      every answer
  seed=N              the same sequence of requests meets the same faults; 1 if
                      left out")]
pub struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8126")]
    listen: String,
    /// The world to begin with; an empty organization if left out
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// The emulator's random seed: the same seed gives the same ids and the same order of listings
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// Which external ids a write may name: `issued`, those it issued or its world has; or `any`
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = WhichIds::Issued)]
    external_ids: WhichIds,
    /// Faults of requests, separated by commas; see below
    #[arg(long, value_name = "SPEC")]
    faults: Vec<String>,
}

/// The external ids that are taken.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum WhichIds {
    Issued,
    Any,
}

/// Runs it until Ctrl-C or SIGTERM.
///
/// # Errors
/// The world cannot be read, or the address cannot be listened on.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let faults = match faults(&args.faults) {
        Ok(faults) => faults,
        Err(error) => return Ok(said_by_clap(&error, console)),
    };
    args.world.iter().try_for_each(|path| symlinks::check_named(path, env))?;
    let world = args.world.as_deref().map_or(Ok(World::empty()), World::read)?;
    let external_ids = match args.external_ids {
        WhichIds::Issued => ExternalIds::Issued,
        WhichIds::Any => ExternalIds::Any,
    };
    let sandbox = Arc::new(Sandbox::new(world, args.seed).with_faults(faults).with_external_ids(external_ids));
    let cannot = |error: std::io::Error| {
        Error::failed(format!("cannot listen on {}", args.listen))
            .because(error)
            .hint("name a free port on this machine, such as --listen 127.0.0.1:8126")
    };
    runtime()?.block_on(async {
        let listener = TcpListener::bind(&args.listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        console.product(&format!("heeler sandbox: listening on http://{address}; Ctrl-C ends it\n"));
        http_server::serve(sandbox, listener, signals::stop_signal()).await.map_err(cannot)?;
        console.product("heeler sandbox: ended; what was changed is forgotten\n");
        Ok(Exit::Done)
    })
}

/// Several `--faults` are one list.
fn faults(specs: &[String]) -> Result<Faults, clap::Error> {
    let parsed = if specs.is_empty() { Ok(Faults::none()) } else { Faults::parse(&specs.join(",")) };
    parsed.map_err(|error| {
        clap::Error::raw(ErrorKind::ValueValidation, format!("--faults: {}\n", escaped_line(&error.to_string())))
    })
}
