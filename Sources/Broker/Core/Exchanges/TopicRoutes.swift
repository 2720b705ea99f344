/// A topic exchange's destinations, in a trie of the words of the patterns they are bound with.
///
/// `*` stands for one word, `#` for any number of them (AMQP 0-9-1, 3.1.3.3); a key is cut into
/// words at its dots, the empty key into none. Routing follows all paths at once, word by word,
/// so that its cost is bounded by words times nodes, whatever the patterns are.
///
///     a.*.c   a.#          root ── a ──┬─ * ── c   queues
///                                      └─ #        queues; stays for every further word
struct TopicRoutes: ExchangeRoutes {
    private struct Node {
        var parent: Int
        var word: [UInt8]
        var words: [[UInt8]: Int] = [:]
        /// The child for `*`.
        var star: Int?
        /// The child for `#`.
        var hash: Int?
        var isHash = false
        var destinations = DestinationCounts()

        var isEmpty: Bool {
            self.destinations.isEmpty && self.words.isEmpty && self.star == nil && self.hash == nil
        }
    }

    private static let star: [UInt8] = [UInt8(ascii: "*")]
    private static let hash: [UInt8] = [UInt8(ascii: "#")]

    /// The root stands first and is never removed.
    private var nodes = [Node(parent: 0, word: [])]
    private var free: [Int] = []

    mutating func bind(_ destination: Destination, with binding: Binding) {
        var node = 0
        for word in Self.words(binding.routingKey.utf8) { node = self.child(of: node, word) }
        self.nodes[node].destinations.add(destination)
    }

    mutating func unbind(_ destination: Destination, with binding: Binding) {
        var node = 0
        for word in Self.words(binding.routingKey.utf8) {
            guard let next = self.knownChild(of: node, word) else { return }
            node = next
        }
        self.nodes[node].destinations.remove(destination)
        self.prune(node)
    }

    func route(_ message: RoutedMessage, into destinations: inout [Destination]) {
        var active: [Int] = []
        self.enter(0, &active)
        for word in Self.words(message.routingKey) {
            var next: [Int] = []
            for node in active {
                if let child = self.nodes[node].words[word] { self.enter(child, &next) }
                if let child = self.nodes[node].star { self.enter(child, &next) }
                if self.nodes[node].isHash { self.enter(node, &next) }
            }
            active = next
            if active.isEmpty { return }
        }
        for node in active { destinations.append(contentsOf: self.nodes[node].destinations.all) }
    }

    /// Makes a node active, and those that `#` reaches from it without a word.
    private func enter(_ node: Int, _ active: inout [Int]) {
        guard !active.contains(node) else { return }
        active.append(node)
        if let hash = self.nodes[node].hash { self.enter(hash, &active) }
    }

    private func knownChild(of node: Int, _ word: [UInt8]) -> Int? {
        switch word {
        case Self.star: self.nodes[node].star
        case Self.hash: self.nodes[node].hash
        default: self.nodes[node].words[word]
        }
    }

    private mutating func child(of node: Int, _ word: [UInt8]) -> Int {
        if let child = self.knownChild(of: node, word) { return child }
        let child: Int
        if let reused = self.free.popLast() {
            child = reused
            self.nodes[child] = Node(parent: node, word: word)
        } else {
            child = self.nodes.count
            self.nodes.append(Node(parent: node, word: word))
        }
        switch word {
        case Self.star: self.nodes[node].star = child
        case Self.hash:
            self.nodes[node].hash = child
            self.nodes[child].isHash = true
        default: self.nodes[node].words[word] = child
        }
        return child
    }

    /// Removes nodes that lead nowhere any more, from that one upwards.
    private mutating func prune(_ leaf: Int) {
        var node = leaf
        while node != 0, self.nodes[node].isEmpty {
            let (parent, word) = (self.nodes[node].parent, self.nodes[node].word)
            switch word {
            case Self.star: self.nodes[parent].star = nil
            case Self.hash: self.nodes[parent].hash = nil
            default: self.nodes[parent].words[word] = nil
            }
            self.free.append(node)
            node = parent
        }
    }

    private static func words(_ key: some Collection<UInt8>) -> [[UInt8]] {
        guard !key.isEmpty else { return [] }
        return key.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { Array($0) }
    }
}
