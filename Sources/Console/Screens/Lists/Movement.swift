import Canvas

/// How a person moves in a list or text; the keys are the same on every screen.
package enum Movement: Hashable, Sendable, CaseIterable {
    case up, down
    case halfPageUp, halfPageDown
    case pageUp, pageDown
    case top, bottom
    case left, right

    /// The keys, as vim and less have them.
    package var keys: [Key] {
        switch self {
        case .up: [.up, .character("k")]
        case .down: [.down, .character("j")]
        case .halfPageUp: [.control("u")]
        case .halfPageDown: [.control("d")]
        case .pageUp: [.pageUp, .control("b")]
        case .pageDown: [.pageDown, .control("f")]
        case .top: [.home, .character("g")]
        case .bottom: [.end, .character("G")]
        case .left: [.left, .character("h")]
        case .right: [.right, .character("l")]
        }
    }

    /// The movement that a key stands for.
    package init?(_ key: Key) {
        guard let movement = Self.allCases.first(where: { $0.keys.contains(key) }) else {
            return nil
        }
        self = movement
    }

    /// Where it leads from `index` in a list of `count` rows of which `page` are visible.
    ///
    /// Never outside of the list; 0 in an empty one.
    package func index(from index: Int, count: Int, page: Int) -> Int {
        let page = max(1, page)
        let target =
            switch self {
            case .up: index - 1
            case .down: index + 1
            case .halfPageUp: index - max(1, page / 2)
            case .halfPageDown: index + max(1, page / 2)
            case .pageUp: index - page
            case .pageDown: index + page
            case .top: 0
            case .bottom: count - 1
            case .left, .right: index
            }
        return max(0, min(count - 1, target))
    }
}
