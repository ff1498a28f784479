//! Ctrl-C and SIGTERM: no new writes, and a little time for those in flight.

use std::time::Duration;

use tokio::sync::watch;

/// How long requests in flight may go on.
pub const GRACE: Duration = Duration::from_secs(5);

/// The executor's side: it is asked whether to stop.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<u8>);

/// The process's side: says that it was told to stop.
#[derive(Debug)]
pub struct Stop(watch::Sender<u8>);

/// Both sides.
pub fn interrupt() -> (Stop, Interrupt) {
    let (sender, receiver) = watch::channel(0);
    (Stop(sender), Interrupt(receiver))
}

impl Stop {
    /// Told to stop; told twice, there is no more grace. Answers how often it was told by now.
    pub fn now(&self) -> u8 {
        self.0.send_modify(|times| *times = times.saturating_add(1));
        *self.0.borrow()
    }
}

impl Interrupt {
    /// Whether nothing new may begin.
    pub fn is_on(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Comes back once nothing new may begin; never, if nobody says stop.
    pub async fn comes(&self) {
        if self.0.clone().wait_for(|times| *times > 0).await.is_err() {
            std::future::pending().await
        }
    }

    /// Comes back once the grace is over; never, if nobody says stop.
    pub async fn grace_is_over(&self) {
        let mut told = self.0.clone();
        if told.wait_for(|times| *times > 0).await.is_err() {
            return std::future::pending().await;
        }
        tokio::select! {
            () = tokio::time::sleep(GRACE) => {}
            again = told.wait_for(|times| *times > 1) => if again.is_err() { tokio::time::sleep(GRACE).await },
        }
    }
}
