//! Turns a person or a workload into a session with one tenant; the only room that ever holds a token.
//!
//! Others hand it a request that reads and get the answer back: no token leaves this room, none is printed, and a
//! token of another tenant than the one that was chosen is refused. Knows nothing of clusters.

mod claims;
mod cloud;
mod entra;
mod http;
mod loopback;
mod refusal;
mod secret;
mod session;
mod workload;

pub use claims::Who;
pub use cloud::Cloud;
pub use entra::DeviceCode;
pub use secret::Secret;
pub use session::{Session, client_id_is_well};
pub use workload::Workload;
