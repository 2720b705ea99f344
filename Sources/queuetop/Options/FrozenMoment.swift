import ArgumentParser
import FoundationEssentials
import Messaging

/// A moment as RFC 3339 writes it, such as `2026-03-01T18:32:07Z`.
struct FrozenMoment: ExpressibleByArgument {
    let timestamp: Timestamp

    init?(argument: String) {
        guard let date = try? Date(argument, strategy: .iso8601) else { return nil }
        self.timestamp = Timestamp(seconds: Int64(date.timeIntervalSince1970))
    }
}
