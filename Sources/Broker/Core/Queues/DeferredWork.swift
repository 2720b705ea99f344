import Messaging

/// Work on a queue that needs the bytes of an evicted chunk.
struct DeferredWork {
    /// A message that died while its chunk was evicted; it is unsettled until its turn.
    struct Death {
        var delivery: Unacked
        var reason: DeathReason
    }

    /// A `basic.get` that found the head's chunk evicted.
    struct Get {
        var channel: ChannelID
        var isAutoAck: Bool
    }

    /// In the order in which they died, which is the order in which they are dead-lettered.
    var deaths: [Death] = []
    var gets: [Get] = []
}
