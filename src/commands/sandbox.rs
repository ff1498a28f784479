//! `heeler sandbox`: the embedded emulator on a port, for any client.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;
use tokio::net::TcpListener;

use super::console::Console;
use super::session::{SEED, runtime};
use super::{CommandError, Exit};
use crate::sandbox::{Sandbox, World, server};

/// Serve the embedded vendor emulator on a port, for heeler or any other client
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler sandbox --world examples/configs/fleet/world.json
  DD_HOST=http://127.0.0.1:8126 DD_API_KEY=any DD_APP_KEY=any heeler plan examples/configs/fleet
  curl -H 'DD-API-KEY: any' -H 'DD-APPLICATION-KEY: any' http://127.0.0.1:8126/api/v2/integration/aws/accounts

A world is a JSON object whose keys are providers and whose values are the vendor's listing as it is. Any keys open the door. What is
changed is forgotten when the sandbox ends; the world's file is never written.")]
pub struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8126")]
    listen: String,
    /// The world to begin with; an empty organization if left out
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// The emulator's luck: the same seed gives the same ids and the same order of listings
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
}

/// Runs it until Ctrl-C or SIGTERM.
///
/// # Errors
/// The world cannot be read, or the address cannot be listened on.
pub fn run(args: &Args, console: &Console) -> Result<Exit, CommandError> {
    let world = args.world.as_deref().map_or(Ok(World::empty()), World::read)?;
    let sandbox = Arc::new(Sandbox::new(world, args.seed));
    let cannot = |error| CommandError::Listen(args.listen.clone(), error);
    runtime()?.block_on(async {
        let listener = TcpListener::bind(&args.listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        console.product(&format!("heeler sandbox: listening on http://{address}; Ctrl-C ends it\n"));
        server::serve(sandbox, listener, stopped()).await.map_err(cannot)?;
        console.product("heeler sandbox: ended; what was changed is forgotten\n");
        Ok(Exit::Done)
    })
}

async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
