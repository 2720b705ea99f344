import Messaging

/// The arguments that clients give queues, exchanges, consumers and messages: the manual's section.
enum ArgumentReference {
    struct Argument {
        var name: String
        /// What it may be, and what it is where nobody says.
        var bounds: String
        var meaning: String

        init(_ name: String, _ bounds: String, _ meaning: String) {
            self.name = name
            self.bounds = bounds
            self.meaning = meaning
        }
    }

    static let introduction = """
        Given when a queue is declared, unless the title says otherwise. Most are policy keys, too, \
        without the x-. What RabbitMQ has works as there.
        """

    static let sections: [(title: String, arguments: [Argument])] = [
        ("Kinds of queues, and how long messages stay", Self.kinds),
        ("Retries before a message is dead-lettered (classic, quorum)", Self.retries),
        ("Delivery rate and circuit breaker (classic, quorum), deduplication (all)", Self.flow),
        ("Durability (classic; the others are always sync)", Self.durability),
        ("Streams", Self.streams), ("Consumers", Self.consumers),
        ("Delayed messages", Self.delays),
    ]

    private static let kinds = [
        Argument("x-queue-type", "classic (default), quorum, stream", "What kind of queue it is."),
        Argument("x-message-ttl", "milliseconds, 0 to ten years", "How long a message may wait."),
        Argument(
            "x-expires", "milliseconds, 1 to ten years", "The queue goes when unused so long."),
        Argument("x-max-length", "0 or more", "Messages that may be ready."),
        Argument("x-max-length-bytes", "0 or more", "Bytes of their bodies."),
        Argument(
            "x-overflow", "drop-head (default), reject-publish, reject-publish-dlx",
            "What happens beyond."),
        Argument("x-max-priority", "0 to 255; classic", "Levels of priority."),
        Argument("x-single-active-consumer", "true or false", "One consumer at a time."),
        Argument("x-dead-letter-exchange", "an exchange", "Where messages go that die."),
        Argument("x-dead-letter-routing-key", "a key", "The key that they get then."),
        Argument(
            "x-delivery-limit", "a negative one is none; 20",
            "Returns of a message to a quorum queue."),
        Argument(
            "x-consumer-timeout", "milliseconds, from 1; --consumer-timeout",
            "How long a delivery may stay unacked."),
    ]

    private static let retries = [
        Argument("x-retry-max", "0 to 1000; none", "How often a rejected message comes back."),
        Argument("x-retry-base", "milliseconds, 0 to ten years; 1000", "The first wait."),
        Argument("x-retry-factor", "1 to 1000; 2", "How much longer each further one is."),
        Argument("x-retry-max-delay", "milliseconds, 0 to ten years; 300000", "The longest wait."),
        Argument("x-retry-jitter", "0 to 1; 0.2", "The share of a wait that chance takes away."),
    ]

    private static let flow = [
        Argument(
            "x-delivery-rate", "\(Limits.deliveryRateMin) to \(Int(Limits.deliveryRateMax))",
            "Messages a second."),
        Argument(
            "x-delivery-burst", "1 to \(Limits.deliveryBurstMax); a second's worth",
            "Messages at once."),
        Argument(
            "x-breaker-threshold", "0 to 1",
            "The share of failures that stops deliveries."),
        Argument(
            "x-breaker-min", "1 to \(Limits.breakerOutcomesMax); \(Limits.breakerOutcomesMin)",
            "Outcomes that it takes."),
        Argument(
            "x-breaker-window",
            "milliseconds, 1 to \(Limits.breakerMillisecondsMax); "
                + "\(Limits.breakerWindowMilliseconds)", "Over how long they are counted."),
        Argument(
            "x-breaker-cooldown",
            "milliseconds, 1 to \(Limits.breakerMillisecondsMax); "
                + "\(Limits.breakerCooldownMilliseconds)", "How long nothing is delivered then."),
        Argument(
            "x-breaker-probes", "1 to \(Limits.breakerProbesMax); \(Limits.breakerProbes)",
            "Deliveries that try again."),
        Argument(
            "x-deduplication-window", "milliseconds, 1 to ten years",
            "How long an id is known: a publish that has it is confirmed and not stored again."),
        Argument(
            "x-deduplication-header", "1 to 255 bytes; message-id",
            "The header that has the id."),
        Argument(
            "x-deduplication-max",
            "1 to \(Limits.deduplicationIDsMax); \(Limits.deduplicationIDs)",
            "Ids that are kept."),
    ]

    private static let durability = [
        Argument(
            "x-durability", "sync (default), written, memory",
            "A confirm leaves after the disk has it, after the system has it, or at once.")
    ]

    private static let streams = [
        Argument("x-max-age", "a number and Y, M, D, h, m or s", "How old messages get."),
        Argument(
            "x-stream-max-segment-size-bytes", "0 to 3000000000",
            "Bytes that retention drops at once."),
    ]

    private static let consumers = [
        Argument("x-priority", "any integer; 0; not for streams", "Higher ones are served first."),
        Argument("x-delivery-rate", "as of queues", "Messages a second for that consumer."),
        Argument("x-delivery-burst", "as of queues", "Messages at once for it."),
        Argument(
            "x-stream-offset",
            "first, last, next (default), an offset, a timestamp, or how long ago, such as 1h",
            "Where it begins in a stream."),
        Argument(
            "x-stream-group", "1 to \(Limits.nameBytesMax) bytes", "The group that it reads for."),
    ]

    private static let delays = [
        Argument(
            "x-delayed-type", "direct, fanout, topic, headers", "Of the exchange: its routing."),
        Argument(
            "x-delay", "milliseconds, 1 to \(UInt32.max)",
            "Of a message, as a header: how long it waits."),
    ]
}
