import BrokerLink
import Messaging

/// What was last seen of a queue from its head on, and what its messages were called.
///
/// A foreign broker gives messages no identity, so the link makes one: a number for each message
/// that was seen, which stays with it as long as later looks show the same messages in the same
/// order. What has left the queue at its head or in its middle takes its number along; what is new
/// behind the others gets the next ones. Only when something new stands *before* a known message
/// do all get new numbers, because numbers have to grow along the queue.
///
///     seen      a1 b2 c3 d4        then  b c d e   ->   b2 c3 d4 e5
///                                  then  x b c     ->   x6 b7 c8    (all anew)
package struct Glance: Equatable {
    /// One message and what it is called.
    package struct Entry: Equatable {
        package var id: MessageID
        package var print: Fingerprint
    }

    /// From the head of the queue.
    package private(set) var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    package init() {}

    /// Takes in a look at the first messages of the queue.
    ///
    /// - Parameter isWhole: Whether there are no others behind them.
    /// - Returns: What they are called, in the same order.
    package mutating func look(_ prints: [Fingerprint], isWhole: Bool) -> [MessageID] {
        let places = self.match(prints)
        let lastKnown = places.last { $0 != nil } ?? nil
        // What was seen behind the part that is looked at now may still be there.
        let rest = isWhole ? [] : self.entries.dropFirst(lastKnown.map { $0 + 1 } ?? 0)
        let newOnes = places.drop { $0 != nil }
        let isInOrder = newOnes.allSatisfy { $0 == nil } && (newOnes.isEmpty || rest.isEmpty)
        guard isInOrder else {
            self.entries = zip(prints, places).map { print, _ in self.newEntry(print) }
            return self.entries.map(\.id)
        }
        let looked = zip(prints, places).map { print, place in
            place.map { self.entries[$0] } ?? self.newEntry(print)
        }
        self.entries = looked + rest
        return looked.map(\.id)
    }

    /// Finds known messages among the first ones of the queue as they are now, to do something
    /// with them that cannot be undone.
    ///
    /// Of messages that are alike, one that is missing cannot be told from the others: then none
    /// of them is recognised.
    ///
    /// - Parameter isWhole: Whether there are no others behind them.
    /// - Returns: What they are called; nil for those that are not known for certain.
    package func recognise(_ prints: [Fingerprint], isWhole: Bool) -> [MessageID?] {
        let places = self.match(prints)
        let found = Set(places.compactMap { $0 })
        let end = isWhole ? self.entries.count : (found.max() ?? -1) + 1
        let doubtful = Set(
            (0..<end).lazy.filter { !found.contains($0) }.map { self.entries[$0].print })
        return zip(prints, places).map { print, place in
            doubtful.contains(print) ? nil : place.map { self.entries[$0].id }
        }
    }

    /// How many messages have to be looked at to recognise these, and all that are like them.
    package func extent(of ids: Set<MessageID>) -> Int {
        let prints = Set(self.entries.lazy.filter { ids.contains($0.id) }.map(\.print))
        return (self.entries.lastIndex { prints.contains($0.print) } ?? -1) + 1
    }

    /// How many of the known messages do not stand behind that one.
    package func count(through id: MessageID) -> Int { self.entries.prefix { $0.id <= id }.count }

    /// For each message the place of the known one that it is, in rising order; nil for others.
    private func match(_ prints: [Fingerprint]) -> [Int?] {
        let placesByPrint = Dictionary(
            grouping: self.entries.indices, by: { self.entries[$0].print })
        var used: [Fingerprint: Int] = [:]
        var next = 0
        return prints.map { print in
            guard let places = placesByPrint[print] else { return nil }
            var turn = used[print] ?? 0
            while turn < places.count, places[turn] < next { turn += 1 }
            used[print] = turn
            guard turn < places.count else { return nil }
            next = places[turn] + 1
            return places[turn]
        }
    }

    private mutating func newEntry(_ print: Fingerprint) -> Entry {
        self.lastNumber += 1
        return Entry(id: MessageID(Position(self.lastNumber)), print: print)
    }
}
