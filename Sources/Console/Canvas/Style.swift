/// How a cell looks: the role of its text, the role of its ground, and attributes.
///
/// Packed into 32 bits, because a canvas stores and compares one for every cell:
/// ```
/// 31      28        20           10            0
/// +--------+---------+------------+------------+
/// |  free  | attrib. | paper code |  ink code  |
/// +--------+---------+------------+------------+
/// ```
package struct Style: Hashable, Sendable {
    /// The packed form; equal styles have equal bits.
    package private(set) var bits: UInt32

    package init(
        ink: Ink = .text, paper: Ink = .background, attributes: Attributes = []
    ) {
        self.bits =
            ink.code | paper.code << Self.paperShift
            | UInt32(attributes.rawValue) << Self.attributesShift
    }

    package var ink: Ink {
        get { Ink(code: self.bits & Self.inkMask) }
        set { self.bits = self.bits & ~Self.inkMask | newValue.code }
    }

    package var paper: Ink {
        get { Ink(code: self.bits >> Self.paperShift & Self.inkMask) }
        set {
            self.bits =
                self.bits & ~(Self.inkMask << Self.paperShift) | newValue.code << Self.paperShift
        }
    }

    package var attributes: Attributes {
        get { Attributes(rawValue: UInt8(truncatingIfNeeded: self.bits >> Self.attributesShift)) }
        set {
            self.bits =
                self.bits & ~(0xFF << Self.attributesShift)
                | UInt32(newValue.rawValue) << Self.attributesShift
        }
    }

    private static let paperShift: UInt32 = 10
    private static let attributesShift: UInt32 = 20
    private static let inkMask: UInt32 = 0x3FF
}

/// What a terminal can do to text without colour.
package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let underline = Attributes(rawValue: 4)
    package static let reverse = Attributes(rawValue: 8)
}

extension Style {
    // What screens use most; `selected` is for the row that the next key acts on.
    package static let plain = Style()
    package static let title = Style(ink: .title, attributes: .bold)
    package static let muted = Style(ink: .muted)
    package static let accent = Style(ink: .accent, attributes: .bold)
    package static let good = Style(ink: .good)
    package static let warning = Style(ink: .warning)
    package static let danger = Style(ink: .danger, attributes: .bold)
    package static let border = Style(ink: .border)
    package static let borderFocused = Style(ink: .borderFocused)
    package static let graphText = Style(ink: .graphText)
    package static let selected = Style(ink: .selectedText, paper: .selected, attributes: .bold)

    /// The same style with more attributes.
    package func adding(_ attributes: Attributes) -> Style {
        var style = self
        style.attributes.formUnion(attributes)
        return style
    }

    /// The same style on another ground.
    package func on(_ paper: Ink) -> Style {
        var style = self
        style.paper = paper
        return style
    }
}

extension Ink {
    /// Gradient codes start here; below are the roles.
    private static let gradientBase: UInt32 = 64
    private static let gradientSteps: UInt32 = 101

    fileprivate var code: UInt32 {
        switch self {
        case .text: 0
        case .background: 1
        case .title: 2
        case .muted: 3
        case .accent: 4
        case .selectedText: 5
        case .selected: 6
        case .good: 7
        case .warning: 8
        case .danger: 9
        case .border: 10
        case .borderFocused: 11
        case .divider: 12
        case .borderLoad: 13
        case .borderStore: 14
        case .borderTraffic: 15
        case .graphText: 16
        case .track: 17
        case .detail: 18
        case .gradient(let name, let level):
            Self.gradientBase + UInt32(name.rawValue) * Self.gradientSteps + UInt32(min(level, 100))
        }
    }

    fileprivate init(code: UInt32) {
        guard code >= Self.gradientBase else {
            self = Self.roles[Int(code)]
            return
        }
        let (name, level) = (code - Self.gradientBase).quotientAndRemainder(
            dividingBy: Self.gradientSteps)
        guard let gradient = GradientName(rawValue: UInt8(name)) else {
            preconditionFailure("only codes made by `code` are ever stored in a style")
        }
        self = .gradient(gradient, UInt8(level))
    }
}
