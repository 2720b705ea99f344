/// One key as a person means it, whichever bytes the terminal sent for it.
package enum Key: Hashable, Sendable {
    /// A printable character, as typed: `.character("P")` is shift and p.
    case character(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, pageUp, pageDown, home, end
    /// A letter or sign with the control key, in lower case: `.control("d")` is ^D.
    case control(Character)
    /// A function key, counted from 1.
    case function(Int)
}

extension Key {
    /// The key as help and footer write it: `enter`, `^d`, `space`, `P`.
    package var label: String {
        switch self {
        case .character(" "): "space"
        case .character(let character): String(character)
        case .enter: "enter"
        case .escape: "esc"
        case .tab: "tab"
        case .backTab: "shift-tab"
        case .backspace: "backspace"
        case .delete: "del"
        case .insert: "ins"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .pageUp: "pgup"
        case .pageDown: "pgdn"
        case .home: "home"
        case .end: "end"
        case .control(let character): "^\(character)"
        case .function(let number): "F\(number)"
        }
    }
}
