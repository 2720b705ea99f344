import Messaging
import Screens

/// How fast messages are carried, for a line of progress.
struct MovePace {
    private let start: Timestamp

    init(_ start: Timestamp) { self.start = start }

    /// `12,000 of 200,000 messages, 4,100/s, 46 s left`.
    func line(_ done: Int, of total: Int, now: Timestamp) -> String {
        let seconds = Double(now.microseconds(since: self.start)) / 1_000_000
        var parts = ["\(Figures.count(done)) of \(Figures.counted(total, "message"))"]
        if seconds > 0, done > 0 {
            let rate = Double(done) / seconds
            parts.append(Figures.rate(rate))
            if done < total {
                parts.append("\(Figures.duration(seconds: Double(total - done) / rate)) left")
            }
        }
        return parts.joined(separator: ", ")
    }
}
