/// The limits of this broker and its client, one name for each; each has a test at the limit
/// and one past it.
package enum Limits {
    /// Bytes of a queue, exchange or consumer name and of a routing key: one length octet.
    package static let nameBytesMax = 255
    /// Bytes of one frame, its 7-byte head and end octet included, as offered in `connection.tune`.
    package static let frameBytesMax = 131_072
    /// Bytes that a frame may always have before `connection.tune` (AMQP 0-9-1, 4.2.3).
    package static let frameBytesMin = 4_096
    /// Open channels of one connection, as offered in `connection.tune`.
    package static let channelsMax: UInt16 = 2_047
    /// Seconds between heartbeats, as offered in `connection.tune`.
    package static let heartbeatSeconds: UInt16 = 60
    /// Bytes of one message body, as RabbitMQ 3.10 has it.
    package static let bodyBytesMax = 134_217_728
    /// Bytes of the properties of one message, its headers included: what one frame can hold.
    package static let propertiesBytesMax = 131_072
    /// The least that such a limit may be: what every message's flags and small properties need.
    package static let propertiesBytesMin = 256
    /// Levels of tables and arrays within one another in a field table.
    package static let tableDepthMax = 64
    /// Unacknowledged deliveries of one channel.
    package static let unackedMax = 1_000_000
    /// Queues of one broker.
    package static let queuesMax = 100_000
    /// Exchanges of one broker.
    package static let exchangesMax = 100_000
    /// Bindings of one broker, those of queues and of exchanges together.
    package static let bindingsMax = 1_000_000
    /// Bytes that messages of one open transaction may take until `tx.commit`.
    package static let transactionBytesMax = 134_217_728
    /// Bytes that each of these messages counts besides its own, so that empty ones count too.
    package static let transactionMessageBytes = 256
    /// Bytes of memory that hold messages before publishers are blocked, where nobody set another
    /// limit: as much as a small machine can spare.
    package static let messageMemoryBytesMax = 1_073_741_824
    /// Bytes of memory that hold messages before those that are not needed soon leave it for the
    /// disk.
    package static let residentMemoryBytesMax = 67_108_864
    /// How long a delivery may stay unacked before its channel is closed, as in RabbitMQ 3.10.
    package static let consumerTimeoutMilliseconds: Int64 = 1_800_000
    /// Named consumer groups of one stream.
    package static let streamGroupsMax = 1_000
    /// Messages of one broker that wait for a retry or for the end of their delay.
    package static let waitingMax = 1_000_000
    /// Deliveries a second that a queue or a consumer may be limited to (`x-delivery-rate`).
    package static let deliveryRateMin = 0.001
    package static let deliveryRateMax = 1_000_000.0
    /// Deliveries that may follow each other at once under such a limit (`x-delivery-burst`); what
    /// comes in a second where nobody says.
    package static let deliveryBurstMax: Int64 = 1_000_000
    /// Over how long a circuit breaker counts failures (`x-breaker-window`), where nobody says.
    package static let breakerWindowMilliseconds: Int64 = 30_000
    /// How long it stays open before it tries again (`x-breaker-cooldown`), where nobody says.
    package static let breakerCooldownMilliseconds: Int64 = 10_000
    /// The longest window and cool-down of a circuit breaker: a day.
    package static let breakerMillisecondsMax: Int64 = 86_400_000
    /// Outcomes in its window that it takes to open it (`x-breaker-min`), where nobody says.
    package static let breakerOutcomesMin: Int64 = 20
    /// The most that may be asked for.
    package static let breakerOutcomesMax: Int64 = 1_000_000
    /// Deliveries that try whether all is well again (`x-breaker-probes`), where nobody says.
    package static let breakerProbes: Int64 = 1
    /// The most that may be asked for.
    package static let breakerProbesMax: Int64 = 10_000
    /// Ids that a queue remembers to take each once (`x-deduplication-max`), where nobody says.
    package static let deduplicationIDs: Int64 = 100_000
    /// The most that may be asked for; they take some 200 MB.
    package static let deduplicationIDsMax: Int64 = 1_000_000
    /// Ids that are forgotten in one go, so that nobody waits for all of them.
    package static let deduplicationLeavingMax = 4_096
    /// Bytes of an id that is remembered: a message with a longer one counts as one without.
    package static let deduplicationIDBytesMax = 255
    /// Open client connections of one broker.
    package static let connectionsMax = 10_000
    /// Users of one broker.
    package static let usersMax = 10_000
    /// Permissions of all users in all virtual hosts; as many topic permissions.
    package static let permissionsMax = 100_000
    /// Bytes of one pattern of a permission.
    package static let patternBytesMax = 4_096
    /// Values that administrators may set by name, limits of virtual hosts and users among them.
    package static let parametersMax = 100_000
    /// Bytes of one such value.
    package static let parameterBytesMax = 65_536
    /// Tags of one user.
    package static let userTagsMax = 64
    /// Decisions about queues and exchanges that a connection remembers.
    package static let accessDecisionsMax = 1_024
    /// Failed logins from one address that may follow each other at once.
    package static let failedLoginBurst: Int64 = 50
    /// Further ones a minute; beyond, every login from there is refused unseen.
    package static let failedLoginsPerMinute: Int64 = 60
    /// Addresses whose failed logins are counted; those that failed least lately are forgotten.
    package static let loginAddressesMax = 10_000
}
