import Messaging

/// Dead letters to put back, and where.
package struct RedriveRequest: Hashable, Sendable {
    /// Which messages of the source to put back.
    package enum Selection: Hashable, Sendable {
        /// Everything that is ready when the redrive starts.
        case all
        case messages([MessageID])
    }

    /// Where they go.
    package enum Target: Hashable, Sendable {
        /// The queue each message died in, by its newest death record.
        case queueItDiedIn
        /// One queue for all of them, through the default exchange.
        case queue(QueueName)
    }

    package var source: QueueName
    package var selection: Selection
    package var target: Target
    /// Messages a second; nil is as fast as it goes.
    package var perSecondMax: Int?

    package init(
        source: QueueName, selection: Selection, target: Target, perSecondMax: Int? = nil
    ) {
        self.source = source
        self.selection = selection
        self.target = target
        self.perSecondMax = perSecondMax
    }
}

/// How far a redrive has come.
package enum RedriveEvent: Equatable, Sendable {
    case progress(RedriveReport)
    case finished(RedriveReport)
    /// It stopped; the report says what was done before.
    case failed(RedriveReport, LinkError)
}

/// What became of the messages of a redrive.
package struct RedriveReport: Equatable, Sendable {
    /// Put into their target and removed from the source.
    package var moved: Int
    /// Left where they are, because their target does not exist or they carry no death record.
    package var unroutable: Int
    /// Chosen, but gone or held by a consumer by the time it was their turn.
    package var missing: Int
    /// How many went to each queue.
    package var movedTo: [QueueName: Int]

    package init(
        moved: Int = 0, unroutable: Int = 0, missing: Int = 0, movedTo: [QueueName: Int] = [:]
    ) {
        self.moved = moved
        self.unroutable = unroutable
        self.missing = missing
        self.movedTo = movedTo
    }
}
