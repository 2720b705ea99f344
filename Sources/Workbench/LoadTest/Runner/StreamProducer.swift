import AMQP
import AMQPClient
import Messaging

/// Publishes one stream over its connections, in turn.
struct StreamProducer {
    /// Messages sent at once at most, so that a generator far behind still hears its answers.
    private static let batchMax = 10_000
    /// Bytes collected before they are written, so that a full socket is noticed.
    private static let flushBytes = 65_536

    private(set) var schedule: Schedule
    private var factory: MessageFactory
    private let channels: [LoopChannel]
    private let isMandatory: Bool
    private let window: Int
    private var turn = 0

    init(
        _ stream: LoadStream, over channels: [LoopChannel], seed: UInt64, scale: Double,
        start: Timestamp
    ) {
        self.schedule = Schedule(profile: stream.profile, start: start, scale: scale)
        self.factory = MessageFactory(stream, seed: seed)
        self.channels = channels
        self.isMandatory = stream.isMandatory
        self.window = stream.confirmWindow ?? .max
    }

    /// Messages that the broker has not answered for.
    var unconfirmedCount: Int { self.channels.reduce(0) { $0 + $1.unconfirmedCount } }

    mutating func setScale(_ scale: Double, now: Timestamp) {
        self.schedule.setScale(scale, now: now)
    }

    /// Sends everything that is due, as far as sockets and windows have room.
    ///
    /// - Returns: Whether it had to stop for want of room.
    mutating func sendDue(now: Timestamp, meter: inout LoadMeter) -> Bool {
        defer { for channel in self.channels { channel.flush() } }
        for _ in 0..<Self.batchMax {
            guard let due = self.schedule.nextDue, due <= now else { return false }
            guard let channel = self.nextChannel() else { return true }
            guard let planned = self.schedule.takeDue(now: now) else { return false }
            let isMandatory = self.isMandatory
            self.factory.next(planned) { message in
                channel.publish(
                    message, isMandatory: isMandatory, note: planned.due.microseconds)
            }
            meter.sent()
            if channel.connection.unflushedBytes >= Self.flushBytes { channel.flush() }
        }
        return false
    }

    /// The next connection in turn that has room.
    private mutating func nextChannel() -> LoopChannel? {
        for _ in self.channels {
            let channel = self.channels[self.turn]
            self.turn = self.turn + 1 == self.channels.count ? 0 : self.turn + 1
            if channel.mayPublish, channel.unconfirmedCount < self.window { return channel }
        }
        return nil
    }
}
