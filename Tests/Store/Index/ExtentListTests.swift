import Store
import TestSupport
import Testing

@Suite("Extents of a level")
struct ExtentListTests {
    private static func extent(from start: UInt64, bytes: UInt64) -> Extent {
        Extent(
            start: start, end: start + bytes, file: 0, offset: 0, bytes: UInt32(bytes), count: 1,
            live: 1)
    }

    @Test("whatever comes, dies and is replaced, the ones alive are found in their order")
    func againstModel() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            var random = TestGenerator(seed: seed)
            var list = ExtentList()
            var alive: [Extent] = []
            var end: UInt64 = 0
            for _ in 0..<1_500 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    let start = end + UInt64.random(in: 0...3, using: &random) * 8
                    let new = Self.extent(
                        from: start, bytes: UInt64.random(in: 1...9, using: &random) * 8)
                    list.append(new)
                    alive.append(new)
                    end = new.end
                case 4..<8:
                    // Mostly at the front, as consumers take them.
                    guard !alive.isEmpty else { continue }
                    let isFirst = Int.random(in: 0..<3, using: &random) > 0
                    let place = isFirst ? 0 : Int.random(in: alive.indices, using: &random)
                    let gone = alive.remove(at: place)
                    let index = try #require(list.index(of: gone.start))
                    list[index].live = 0
                    list.died(at: index)
                case 8: Self.join(&list, &alive, using: &random)
                default: break
                }
                try Self.check(list, alive, end: end, using: &random)
            }
        }
    }

    /// Puts one extent in the place of several, as a checkpoint does.
    private static func join(
        _ list: inout ExtentList, _ alive: inout [Extent], using random: inout TestGenerator
    ) {
        guard alive.count > 3 else { return }
        let first = Int.random(in: 0..<alive.count - 3, using: &random)
        let joined = alive[first..<first + 3]
        let new = Extent(
            start: joined.first!.start, end: joined.last!.end, file: 1, offset: 0, bytes: 0,
            count: 3, live: 3)
        let start = list.firstIndex(behind: new.start)
        list.replace(start..<list.firstIndex(behind: new.end - 1) + 1, with: [new])
        alive.replaceSubrange(first..<first + 3, with: [new])
    }

    private static func check(
        _ list: ExtentList, _ alive: [Extent], end: UInt64, using random: inout TestGenerator
    ) throws {
        try #require(list.isEmpty == alive.isEmpty)
        let position = UInt64.random(in: 0...end / 8 + 2, using: &random) * 8
        let wanted = alive.first { $0.start <= position && position < $0.end }
        let found = list.index(of: position).map { list[$0] }
        try #require(found?.live ?? 0 == wanted?.live ?? 0)
        if let wanted { try #require(found == wanted) }
        let behind = list.firstIndex(behind: position)
        try #require(list.all[list.head..<max(list.head, behind)].allSatisfy { $0.end <= position })
        try #require(list.all[behind...].allSatisfy { $0.end > position })
        if Int.random(in: 0..<20, using: &random) == 0 {
            try #require(Array(list.alive) == alive)
            // What is gone does not pile up.
            try #require(list.all.count <= 2 * alive.count + 200)
        }
    }

    @Test("bits are those that were set, in a slot that another had before too")
    func bitmaps() throws {
        var random = TestGenerator(seed: 5)
        var pool = BitmapPool()
        var extents = (0..<20).map { Self.extent(from: UInt64($0) * 4_096, bytes: 4_096) }
        var settled = [Set<UInt64>](repeating: [], count: 20)
        for _ in 0..<8_000 {
            let place = Int.random(in: 0..<20, using: &random)
            let position =
                extents[place].start + UInt64.random(in: 0..<512, using: &random) * 8
            switch Int.random(in: 0..<100, using: &random) {
            case 0:
                pool.close(&extents[place])
                settled[place] = []
                try #require(pool.words(of: extents[place]).isEmpty)
            case 1..<4:
                // Written down, and given to another extent of the same kind.
                let words = pool.words(of: extents[place])
                pool.close(&extents[place])
                pool.restore(words, to: &extents[place])
            case 4..<60:
                let isNew = pool.settle(position, in: &extents[place])
                try #require(isNew == settled[place].insert(position).inserted)
            default:
                let isSettled = pool.isSettled(position, in: extents[place])
                try #require(isSettled == settled[place].contains(position))
            }
        }
    }
}
