import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// What footer, help and palette are made from, for every screen there is.
struct KeyTableTests {
    private static let screens: [any Screen] = [
        OverviewScreen(), QueuesScreen(), QueueScreen(queue: "orders.payment"),
        MessagesScreen(queue: "orders.payment"), DeadLettersScreen(focus: nil), LoadScreen(),
        ConsumersScreen(), ConnectionsScreen(), ConnectionScreen(connection: ConnectionID(1)),
    ]

    private static let context = Fleet.driver().console.context

    private static func keyActions(of screen: some Screen) -> [KeyAction] {
        type(of: screen).Action.allCases.map { screen.keyAction(for: $0, in: Self.context) }
    }

    @Test("No two actions of a screen share a key, and none takes a key that has to go on working")
    func keysAreUnique() {
        for screen in Self.screens {
            let keys = Self.keyActions(of: screen).flatMap(\.keys)
            #expect(Set(keys).count == keys.count, "\(screen.name)")
            let reserved: Set<Key> = [
                .escape, .character("?"), .character(":"), .character("q"), .control("c"),
                .control("z"),
            ]
            #expect(reserved.isDisjoint(with: keys), "\(screen.name)")
        }
    }

    @Test("No screen takes the keys that move")
    func movementKeysAreFree() {
        let movement = Set(Movement.allCases.flatMap(\.keys))
        #expect(movement.count == Movement.allCases.flatMap(\.keys).count)
        for screen in Self.screens {
            let keys = Self.keyActions(of: screen).flatMap(\.keys)
            #expect(movement.isDisjoint(with: keys), "\(screen.name)")
        }
    }

    @Test("What destroys has an upper-case key, and only that")
    func destructiveKeys() {
        for screen in Self.screens {
            for action in Self.keyActions(of: screen) {
                let isUpperCase = action.keys.contains {
                    guard case .character(let letter) = $0 else { return false }
                    return letter.isUppercase
                }
                #expect(isUpperCase == (action.kind == .destructive), "\(action.title)")
            }
        }
    }

    @Test("Help lists every key of a screen", arguments: 0..<6)
    func helpIsComplete(tab: Int) throws {
        var driver = Fleet.driver(columns: 100, rows: 80)
        driver.press(.backTab)
        for _ in 0..<tab { driver.press(.tab) }
        let screen = Self.screens[[0, 1, 4, 6, 7, 5][tab]]
        driver.press(.character("?"))
        let text = driver.text
        for action in Self.keyActions(of: screen) {
            if let family = action.family {
                #expect(text.contains(family.title))
            } else if let key = action.keys.first {
                #expect(
                    text.split(separator: "\n").contains {
                        $0.contains(" \(key.label) ") && $0.contains(action.title.prefix(40))
                    }, "\(key.label) \(action.title)")
            }
        }
    }

    @Test("Every action of a screen is in its palette")
    func paletteIsComplete() {
        var driver = Fleet.driver()
        for action in Self.keyActions(of: QueuesScreen()) {
            driver.press(.character(":"))
            driver.type(action.title)
            #expect(driver.text.contains(action.title), "\(action.title)")
            driver.press(.escape)
        }
    }
}
