//! Maps and sets by text. Ids have a hundred letters and are looked up millions of times: the standard hasher took a
//! tenth of an audit. This one has a random seed, too.

pub(crate) use foldhash::fast::RandomState as KeyedState;

pub(crate) type KeyedMap<K, V> = std::collections::HashMap<K, V, KeyedState>;
pub(crate) type KeyedSet<T> = std::collections::HashSet<T, KeyedState>;
