/// Which fields of an object are wanted: the parameter `columns`, such as
/// `name,message_stats.ack`, or the one that a list is sorted by.
///
/// The fields stand in one array, each with the place of the object that it is in, because every
/// field of 10,000 queues is looked for here.
struct JSONSelection: Sendable {
    /// The place of the object itself.
    static let root = 0

    private struct Field {
        var name: [UInt8]
        var parent: Int
        /// Whether all that is in it is wanted.
        var isWhole = false
    }

    private var fields = [Field(name: [], parent: -1)]

    init(columns: String) {
        for column in columns.split(separator: ",") {
            self.add(column.split(separator: ".").map(String.init))
        }
    }

    /// - Parameter path: Names from the outermost to the field's own.
    init(path: [String]) { self.add(path) }

    private mutating func add(_ path: [String]) {
        var place = Self.root
        for name in path {
            let name = Array(name.utf8)
            let found = self.fields.firstIndex { $0.parent == place && $0.name == name }
            if found == nil { self.fields.append(Field(name: name, parent: place)) }
            place = found ?? self.fields.count - 1
        }
        self.fields[place].isWhole = true
    }

    /// What is wanted of a field of one of the objects.
    ///
    /// - Parameter name: In two parts, which writes `publish_details` without putting it together.
    /// - Returns: nil when nothing is.
    func field(
        _ name: UnsafeBufferPointer<UInt8>, _ suffix: UnsafeBufferPointer<UInt8>, in parent: Int
    ) -> (place: Int, isWhole: Bool)? {
        for place in self.fields.indices where self.fields[place].parent == parent {
            guard self.fields[place].name.count == name.count + suffix.count,
                self.fields[place].name.starts(with: name),
                self.fields[place].name.dropFirst(name.count).elementsEqual(suffix)
            else { continue }
            return (place, self.fields[place].isWhole)
        }
        return nil
    }
}

/// Leaves out what is not wanted of an object while it is written.
///
///     key ──> all of it ─── any value is written
///      ├────> parts ─────── an object is written by the same rule; of anything else, not even
///      │                    the key stays
///      └────> nothing ───── the value is passed over, with all that would be written in it
struct JSONFilter: Sendable {
    /// What is done with the next value.
    enum Choice {
        case all, nothing
        /// Of an object only these; the rest is taken back to where the writer was.
        case parts(of: Int, since: JSONWriter.Mark)
    }

    let selection: JSONSelection
    /// The object that is being written.
    var object = JSONSelection.root
    var choice = Choice.all
}
