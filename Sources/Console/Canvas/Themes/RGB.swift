/// A colour, eight bits a channel.
package struct RGB: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// From the usual notation, `0xRRGGBB`.
    package init(_ hex: UInt32) {
        self.init(
            UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
            UInt8(truncatingIfNeeded: hex))
    }

    /// How different two colours look; only good for comparing.
    ///
    /// The eye sees green best and tells reds apart better the more red there is ("redmean", a
    /// cheap approximation of CIE L*u*v* by T. Riemersma).
    package func distance(to other: RGB) -> Int {
        let meanRed = (Int(self.red) + Int(other.red)) / 2
        let red = Int(self.red) - Int(other.red)
        let green = Int(self.green) - Int(other.green)
        let blue = Int(self.blue) - Int(other.blue)
        return (512 + meanRed) * red * red + 1024 * green * green
            + (767 - meanRed) * blue * blue
    }

    /// How light it looks, 0...255 (the luma of ITU-R BT.601).
    package var luminance: Int {
        (299 * Int(self.red) + 587 * Int(self.green) + 114 * Int(self.blue)) / 1_000
    }

    /// Whether black text is easier to read on it than white.
    package var isLight: Bool { self.luminance > 127 }
}
