/// How many colours the terminal can show.
package enum ColourDepth: String, Hashable, Sendable, CaseIterable, Comparable {
    /// None: bold, dim, underline and reverse alone.
    case monochrome
    /// The first eight of the ANSI colours.
    case ansi8
    /// The sixteen ANSI colours, which the person has chosen in the terminal.
    case ansi16
    /// Those sixteen, and a fixed cube and greys.
    case indexed256
    /// Any colour.
    case trueColour
}

/// A colour as the terminal is told.
package enum TerminalColour: Hashable, Sendable {
    /// The terminal's own text or ground colour.
    case standard
    case indexed(UInt8)
    case direct(RGB)
}

extension ColourDepth {
    /// The colour of this depth that stands for another one best.
    package func nearest(_ colour: RGB) -> TerminalColour {
        switch self {
        case .monochrome: .standard
        case .ansi8: .indexed(Self.ansi(colour, hasBright: false))
        case .ansi16: .indexed(Self.ansi(colour, hasBright: true))
        case .indexed256: .indexed(Self.nearestIndexed(colour))
        case .trueColour: .direct(colour)
        }
    }

    /// The sixteen ANSI colours as they are usually defined (the first sixteen of the 256 colour
    /// table); a terminal's own may differ.
    package static let ansiColours: [RGB] = [
        0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0xC0C0C0,
        0x808080, 0xFF0000, 0x00FF00, 0xFFFF00, 0x0000FF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ].map { RGB($0) }

    /// The ANSI colour of the same hue, or a grey.
    ///
    /// Not the nearest one: among so few colours that turns every pastel red, green and blue into
    /// the same light grey, and the hue is what a theme says. An ANSI index consists of one bit for
    /// red, green, blue and bright each.
    private static func ansi(_ colour: RGB, hasBright: Bool) -> UInt8 {
        let channels = [colour.red, colour.green, colour.blue].map(Int.init)
        let least = channels.min() ?? 0
        let most = channels.max() ?? 0
        guard most - least >= Self.chromaMin else {
            return Self.ansiGrey(luminance: colour.luminance, hasBright: hasBright)
        }
        var index = most >= Self.brightMin && hasBright ? 8 : 0
        for (bit, channel) in channels.enumerated() where 2 * channel > least + most {
            index |= 1 << bit
        }
        return UInt8(index)
    }

    private static func ansiGrey(luminance: Int, hasBright: Bool) -> UInt8 {
        guard hasBright else { return luminance < 96 ? 0 : 7 }
        switch luminance {
        case ..<64: return 0
        case ..<160: return 8
        case ..<224: return 7
        default: return 15
        }
    }

    /// How far the channels must be apart for a colour to be more than a tinted grey.
    private static let chromaMin = 48
    /// How strong the strongest channel of a bright colour is.
    private static let brightMin = 192

    /// Index 16...231 is a cube of six steps a channel, 232...255 a ramp of greys. The first
    /// sixteen are left out: people change those.
    private static func nearestIndexed(_ colour: RGB) -> UInt8 {
        let red = Self.nearestCubeStep(colour.red)
        let green = Self.nearestCubeStep(colour.green)
        let blue = Self.nearestCubeStep(colour.blue)
        let cube = RGB(Self.cubeSteps[red], Self.cubeSteps[green], Self.cubeSteps[blue])
        let mean = (Int(colour.red) + Int(colour.green) + Int(colour.blue)) / 3
        let grey = min(23, max(0, (mean - 3) / 10))
        let shade = UInt8(8 + 10 * grey)
        let isGreyNearer =
            RGB(shade, shade, shade).distance(to: colour) < cube.distance(to: colour)
        return isGreyNearer ? UInt8(232 + grey) : UInt8(16 + 36 * red + 6 * green + blue)
    }

    private static let cubeSteps: [UInt8] = [0, 95, 135, 175, 215, 255]

    private static func nearestCubeStep(_ channel: UInt8) -> Int {
        // Half way between neighbours; the first step is larger than the others.
        channel < 48 ? 0 : channel < 115 ? 1 : (Int(channel) - 35) / 40
    }
}

extension ColourDepth {
    /// Fewer colours come first.
    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .monochrome: 0
        case .ansi8: 1
        case .ansi16: 2
        case .indexed256: 3
        case .trueColour: 4
        }
    }
}
