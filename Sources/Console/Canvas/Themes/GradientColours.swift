/// Three colours that a gradient runs through; fewer when a file names fewer.
struct GradientColours: Equatable, Sendable {
    var start: RGB?
    /// `nil` runs from start to end directly.
    var middle: RGB?
    /// `nil` is one colour throughout.
    var end: RGB?

    /// The colour at 0...100, mixed between its neighbours.
    func mixed(at level: UInt8) -> RGB? {
        guard let start, let end else { return self.start }
        let level = Int(min(level, 100))
        guard let middle else { return start.mixed(with: end, weight: level, of: 100) }
        return level <= 50
            ? start.mixed(with: middle, weight: level, of: 50)
            : middle.mixed(with: end, weight: level - 50, of: 50)
    }

    /// The one of the three colours that the level is in, for terminals with few colours.
    func stepped(at level: UInt8) -> RGB? {
        guard let start, let end else { return self.start }
        switch level {
        case ..<34: return start
        case ..<67: return self.middle ?? start
        default: return end
        }
    }
}

extension RGB {
    func mixed(with other: RGB, weight: Int, of whole: Int) -> RGB {
        func channel(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Int(from) * (whole - weight) + Int(to) * weight) / whole)
        }
        return RGB(
            channel(self.red, other.red), channel(self.green, other.green),
            channel(self.blue, other.blue))
    }
}
