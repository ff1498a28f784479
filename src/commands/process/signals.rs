//! Ctrl-C, SIGTERM and SIGHUP, as one thing: a signal to stop.

/// Waits for the next of them.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be heard on this system, so none will come.
        std::future::pending::<()>().await;
    }
}

/// From now on a file that grows beyond what this process may write is an error of that write, and not the end of the
/// process without a word.
pub fn survive_sigxfsz() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        /// SIGXFSZ, the same number on every system that is built for.
        const TOO_LARGE: i32 = 25;
        // A handler that was registered once keeps the signal from ending the process for good. Without a runtime it
        // stays as it is.
        if let Ok(runtime) = crate::commands::process::runtime::runtime() {
            runtime.block_on(async { drop(signal(SignalKind::from_raw(TOO_LARGE))) });
        }
    }
}
