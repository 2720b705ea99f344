/// Which keys of a theme file give a role or a gradient its colours.
enum ThemeKeys {
    /// What a role takes its colour from when the file does not have its key.
    enum Substitute {
        /// Nothing in the file; ``ThemeDefaults`` has it.
        case none
        case key(String)
        /// A point on the `cpu` gradient. btop has no keys for judgements, but this gradient runs
        /// from harmless to too much in nearly all themes. (Our own name them; btop skips unknown
        /// keys.)
        case load(UInt8)
    }

    /// The key of a role and its substitute.
    static func key(of role: Ink) -> (name: String, substitute: Substitute) {
        switch role {
        case .text: ("main_fg", .none)
        case .background: ("main_bg", .none)
        case .title: ("title", .none)
        case .muted: ("inactive_fg", .none)
        case .accent: ("hi_fg", .none)
        case .selectedText: ("selected_fg", .none)
        case .selected: ("selected_bg", .none)
        case .good: ("good", .load(0))
        case .warning: ("warning", .load(50))
        case .danger: ("danger", .load(100))
        case .border: ("proc_box", .none)
        case .borderFocused: ("border_focused", .key("hi_fg"))
        case .divider: ("div_line", .none)
        case .borderLoad: ("cpu_box", .none)
        case .borderStore: ("mem_box", .none)
        case .borderTraffic: ("net_box", .none)
        case .graphText: ("graph_text", .key("inactive_fg"))
        case .track: ("meter_bg", .key("inactive_fg"))
        case .detail: ("proc_misc", .none)
        case .gradient: preconditionFailure("a gradient is not a role")
        }
    }

    /// What `_start`, `_mid` and `_end` are added to, and the gradient taken when the file does not
    /// have it.
    static func prefix(of gradient: GradientName) -> (name: String, otherwise: String?) {
        switch gradient {
        case .heat: ("temp", nil)
        case .load: ("cpu", nil)
        case .depth: ("used", nil)
        case .unacked: ("cached", nil)
        case .room: ("free", nil)
        case .available: ("available", nil)
        case .incoming: ("download", nil)
        case .outgoing: ("upload", nil)
        case .processing: ("process", "cpu")
        }
    }

    /// The three keys of a gradient.
    static func steps(_ prefix: String) -> (start: String, middle: String, end: String) {
        (prefix + "_start", prefix + "_mid", prefix + "_end")
    }

    /// Every key that is read.
    static let all: Set<String> = {
        var keys = Set(Ink.roles.map { Self.key(of: $0).name })
        for gradient in GradientName.allCases {
            let steps = Self.steps(Self.prefix(of: gradient).name)
            keys.formUnion([steps.start, steps.middle, steps.end])
        }
        return keys
    }()
}
