import CNcurses
import Canvas

extension Key {
    /// The key for a character that was typed; `nil` for ones that no key makes.
    init?(character scalar: UInt32) {
        switch scalar {
        case 0x0D, 0x0A: self = .enter
        case 0x09: self = .tab
        case 0x1B: self = .escape
        case 0x7F, 0x08: self = .backspace
        case 0x00: self = .control(" ")
        case 0x01...0x1A: self.init(controlling: scalar + 0x60)
        case 0x1C...0x1F: self.init(controlling: scalar + 0x40)
        default:
            guard let scalar = Unicode.Scalar(scalar) else { return nil }
            self = .character(Character(scalar))
        }
    }

    private init?(controlling scalar: UInt32) {
        guard let scalar = Unicode.Scalar(scalar) else { return nil }
        self = .control(Character(scalar))
    }

    /// The key for one of ncurses' key numbers; `nil` for keys that mean nothing here.
    init?(code: UInt32) {
        switch Int32(bitPattern: code) {
        case KEY_UP: self = .up
        case KEY_DOWN: self = .down
        case KEY_LEFT: self = .left
        case KEY_RIGHT: self = .right
        case KEY_PPAGE: self = .pageUp
        case KEY_NPAGE: self = .pageDown
        case KEY_HOME, KEY_A1: self = .home
        case KEY_END, KEY_C1: self = .end
        case KEY_BACKSPACE: self = .backspace
        case KEY_DC: self = .delete
        case KEY_IC: self = .insert
        case KEY_BTAB: self = .backTab
        case KEY_ENTER: self = .enter
        case let code where code >= nc_function_key(1) && code <= nc_function_key(24):
            self = .function(Int(code - nc_function_key(0)))
        default: return nil
        }
    }
}
