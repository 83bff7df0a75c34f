package neo4j
import ("testing";"time";"fmt";"sort";"os";"strings";"syscall";"github.com/whence-graph/whence/graph/graphtest")
func cpu(pid string) time.Duration { b,_:=os.ReadFile("/proc/"+pid+"/stat"); f:=strings.Fields(string(b)[strings.LastIndex(string(b),")")+2:]); var u,s int; fmt.Sscan(f[11],&u); fmt.Sscan(f[12],&s); return time.Duration(u+s)*10*time.Millisecond }
func threads(pid string) map[string]time.Duration { m:=map[string]time.Duration{}; ds,_:=os.ReadDir("/proc/"+pid+"/task"); for _,d:=range ds { b,_:=os.ReadFile("/proc/"+pid+"/task/"+d.Name()+"/stat"); if len(b)==0 {continue}; t:=string(b); n:=t[strings.Index(t,"(")+1:strings.LastIndex(t,")")]; n=strings.TrimRight(n,"0123456789-# ["); f:=strings.Fields(t[strings.LastIndex(t,")")+2:]); var u,s int; fmt.Sscan(f[11],&u); fmt.Sscan(f[12],&s); m[n]+=time.Duration(u+s)*10*time.Millisecond }; return m }
func own() time.Duration { var r syscall.Rusage; syscall.Getrusage(0,&r); return time.Duration(r.Utime.Nano()+r.Stime.Nano()) }
func TestScratch(t *testing.T){
 pidb,_:=os.ReadFile("/tmp/whence-n4j-store/run/pid"); pid:=strings.TrimSpace(string(pidb))
 s,err:=fresh(t)(t.Context()); if err!=nil {t.Fatal(err)}
 defer s.Close()
 n:=600; if testing.Short(){n=300}; g:=graphtest.Generate(1,n)
 for k:=0;k<len(g);k+=100 {
 clear(hooks)
 c0,o0,th:=cpu(pid),own(),threads(pid)
 t0:=time.Now(); var worst time.Duration
 for _,b:=range g[k:k+100]{ t1:=time.Now(); if err:=s.Put(t.Context(),b);err!=nil{t.Fatal(err)}; worst=max(worst,time.Since(t1)) }
 var sum time.Duration
 for _,h:=range hooks {sum+=h.d}
 fmt.Println(k,"per put",time.Since(t0)/100,"worst",worst,"statements",sum/100,"server cpu",(cpu(pid)-c0)/100,"own cpu",(own()-o0)/100)
 th2:=threads(pid); fmt.Print("   "); for n,d:=range th2 { if x:=(d-th[n])/100; x>time.Millisecond {fmt.Print(n," ",x,", ")}}; fmt.Println()
 var l []string; for c:=range hooks{l=append(l,c)}; sort.Slice(l,func(i,j int)bool{return hooks[l[i]].d>hooks[l[j]].d})
 if k==500 { for _,c:=range l[:min(12,len(l))]{h:=hooks[c]; fmt.Printf("  %4d x %8v max %8v  %.90q\n",h.n,h.d/time.Duration(h.n),h.max,c)} }
 }
}
