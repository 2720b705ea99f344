import BrokerLink
import Messaging

extension QueueTrend {
    /// What is wrong with it and what will come of it, in a sentence.
    package var alarmSentence: String? {
        let name = self.sample.name
        switch self.alarm {
        case nil: return nil
        case .circuitOpen(let breaker): return breaker.alarmSentence(of: name)
        case .dropping(let perSecond):
            return "\(name) is full: \(Figures.rate(perSecond)) of its messages are dropped"
        case .stuckConsumer(let microseconds):
            return "stuck consumer: \(name) has a delivery unacked for "
                + Figures.duration(microseconds: microseconds)
        case .noConsumer(let ready):
            var sentence = "no consumer: \(Figures.counted(ready, "message")) in \(name)"
            if let oldest = self.sample.oldestReadyMicroseconds.value ?? nil {
                sentence += ", the oldest for \(Figures.duration(microseconds: oldest))"
            }
            return sentence
        case .growing(let perSecond):
            return "no consumer keeps up: \(name) grows by \(Figures.rate(perSecond))"
                + self.milestone(growingBy: perSecond)
        }
    }

    /// When the depth reaches the next power of ten that is well above it.
    private func milestone(growingBy perSecond: Double) -> String {
        let depth = Double(self.sample.depth)
        var target = 1_000.0
        while target < depth * 1.5 { target *= 10 }
        let seconds = (target - depth) / perSecond
        guard seconds < 86_400 else { return "" }
        return "; at this rate \(Figures.count(Int(target))) in "
            + Figures.duration(seconds: seconds)
    }
}
